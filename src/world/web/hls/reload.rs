//! A reload of the media playlist, which may wait until something is listed.

use crate::hls::stream::Stream;
use crate::world::channel::local::ServiceError;

use super::viewer::Look;

/// What must be listed before the playlist is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reload {
    /// The segment.
    msn: u64,
    /// A part of it; none for the whole segment.
    part: Option<u64>,
}

impl Reload {
    /// Who asks for nothing still wants something to play: players give up on a playlist without
    /// a segment, and many know nothing of parts.
    const ANYTHING: Self = Self { msn: 0, part: None };

    /// Reads it from the query; what else stands there is ignored.
    pub(super) fn read(pairs: &[(String, String)]) -> Result<Self, ServiceError> {
        let directive = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| number(name, value)).transpose()
        };
        match (directive("_HLS_msn")?, directive("_HLS_part")?) {
            (None, None) => Ok(Self::ANYTHING),
            (Some(msn), part) => Ok(Self { msn, part }),
            (None, Some(_)) => {
                let problem = "`_HLS_part` was met without `_HLS_msn`, wanted both";
                Err(ServiceError::Validation(problem.to_owned()))
            }
        }
    }

    /// The playlist, if it lists what it must.
    pub(super) fn look(self, stream: &Stream) -> Look<String> {
        if stream.has(self.msn, self.part) {
            Look::There(stream.media_playlist())
        } else if stream.is_too_far(self.msn) {
            Look::TooFar
        } else {
            Look::NotYet
        }
    }
}

fn number(name: &str, value: &str) -> Result<u64, ServiceError> {
    let problem = || ServiceError::Validation(format!("`{name}` is `{value}`, wanted a number"));
    // A sign is a number to Rust, but not to the protocol.
    let is_plain = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| is_plain).ok_or_else(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Reload, ServiceError> {
        let pairs: Vec<(String, String)> =
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Reload::read(&pairs)
    }

    #[test]
    fn directives_are_read() {
        assert_eq!(read(&[]), Ok(Reload::ANYTHING));
        assert_eq!(read(&[("token", "x")]), Ok(Reload::ANYTHING));
        assert_eq!(read(&[("_HLS_msn", "7")]), Ok(Reload { msn: 7, part: None }));
        let both = [("_HLS_part", "2"), ("_HLS_msn", "7")];
        assert_eq!(read(&both), Ok(Reload { msn: 7, part: Some(2) }));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for value in ["", "-1", "+1", "1.5", "x", "99999999999999999999", "1 "] {
            assert!(read(&[("_HLS_msn", value)]).is_err(), "{value}");
            assert!(read(&[("_HLS_msn", "1"), ("_HLS_part", value)]).is_err(), "{value}");
        }
        assert!(read(&[("_HLS_part", "1")]).is_err());
    }
}
