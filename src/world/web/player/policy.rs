//! What the page may load: the Content-Security-Policy for what its address asks for.

use axum::http::{HeaderMap, HeaderValue, Uri};

use super::libraries::LIBRARIES;

/// What pairs the page's address has.
pub(super) type Pairs = [(String, String)];

/// The policy of the page. `is_here` says whether what it plays unasked is served here too, `told`
/// where it is when whoever runs the show said so.
///
/// Scripts come from here alone, but for the engine that the address asks for. A script of its own
/// may be named only in an address that a person typed or this page led to. A browser tells that of
/// https and of this machine; of plain http on a network it tells nothing, and none may be named.
pub(super) fn policy(
    query: &Pairs,
    headers: &HeaderMap,
    is_here: bool,
    told: Option<&str>,
) -> String {
    let asked = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| &**value);
    let is_own = |site: &HeaderValue| site == "none" || site == "same-origin";
    let is_typed = headers.get("sec-fetch-site").is_some_and(is_own);
    let engine = asked("engine").unwrap_or("hls");
    let library = match engine {
        "ivs" => Some(&LIBRARIES.ivs),
        "videojs" => Some(&LIBRARIES.videojs),
        _ => Some(&LIBRARIES.hls),
    };
    let named = asked(engine).filter(|_| engine != "hls" && is_typed);
    let script = origin(named.or(library.map(|library| &*library.url)).unwrap_or_default());
    let wasm = if engine == "ivs" { " 'wasm-unsafe-eval'" } else { "" };
    // Segments lie where only the playlist says.
    let is_local = asked("src").map_or(is_here, |src| src.starts_with('/'));
    let media = if is_local { String::new() } else { " https:".to_owned() };
    let source = asked("src").or(told).map(origin).unwrap_or_default();
    let worker = if engine == "ivs" { &*script } else { "" };
    format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; \
         style-src 'self'; img-src 'self' data: http: https:; worker-src 'self' blob:; \
         script-src 'self'{script}{wasm}; media-src 'self' blob: data:{media}{source}; \
         connect-src 'self'{media}{source}{worker}"
    )
}

/// ` http://host:port` of an address; nothing for one that has none, or has what a policy could
/// mistake.
fn origin(address: &str) -> String {
    let Ok(uri) = address.parse::<Uri>() else { return String::new() };
    let plain = |authority: &str| {
        authority.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '_'))
    };
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme @ ("http" | "https")), Some(host)) if plain(host.as_str()) => {
            format!(" {scheme}://{host}")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &[(&str, &str)], site: &str, is_here: bool) -> String {
        let query: Vec<_> =
            query.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let mut headers = HeaderMap::new();
        headers.insert("sec-fetch-site", site.parse().expect("it is plain text"));
        policy(&query, &headers, is_here, None)
    }

    fn part<'a>(policy: &'a str, name: &str) -> &'a str {
        let part = policy.split("; ").find(|part| part.starts_with(name));
        part.unwrap_or_else(|| panic!("no {name} in {policy}"))
    }

    #[test]
    fn what_is_local_reaches_nobody_else() {
        let policy = of(&[], "none", true);
        assert_eq!(part(&policy, "connect-src"), "connect-src 'self'");
        assert_eq!(part(&policy, "media-src"), "media-src 'self' blob: data:");
        assert_eq!(
            part(&of(&[("src", "/a/b.m3u8")], "none", false), "connect-src"),
            "connect-src 'self'"
        );
        assert_eq!(part(&of(&[], "none", false), "connect-src"), "connect-src 'self' https:");
    }

    #[test]
    fn a_stream_that_is_asked_for_may_be_fetched() {
        let policy = of(&[("src", "http://10.0.0.7:8080/a.m3u8")], "cross-site", true);
        assert_eq!(part(&policy, "connect-src"), "connect-src 'self' https: http://10.0.0.7:8080");
        assert!(!part(&policy, "script-src").contains("10.0.0.7"), "{policy}");
    }

    #[test]
    fn another_player_comes_from_where_a_person_says() {
        let own = [("engine", "videojs"), ("videojs", "http://localhost:9000/video.js")];
        let script = part(&of(&own, "none", true), "script-src").to_owned();
        assert_eq!(script, "script-src 'self' http://localhost:9000");
        for site in ["cross-site", "same-site"] {
            let led = of(&own, site, true);
            assert!(!led.contains("localhost:9000"), "{site}: {led}");
        }
        let query = own.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let untold = policy(&query, &HeaderMap::new(), true, None);
        assert!(!untold.contains("localhost:9000"), "{untold}");
        let unused = of(&[("ivs", "http://localhost:9000/ivs.js")], "none", true);
        assert!(!unused.contains("localhost:9000"), "{unused}");
    }

    #[test]
    fn no_address_slips_a_directive_in() {
        for bad in ["http://a;script-src *", "http://a,b/", "javascript:x", "http://u@h/", "%0d%0a"]
        {
            assert_eq!(origin(bad), "", "{bad}");
        }
        assert_eq!(origin("https://a-b.c:1/d?e"), " https://a-b.c:1");
    }
}
