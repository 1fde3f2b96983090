//! Whatever is put whenever: it arrives once, in order, one in a frame, at its time. And no
//! bytes, however spoilt, harm who cuts or muxes them.

use mpeg2ts_reader::StreamType;
use proptest::prelude::*;

use super::reader::read;
use super::{ID, bytes, made, ms, payload, started, stream};
use crate::hls::clip::Clip;
use crate::hls::stream::Stream;

/// What may happen to a stream, so many milliseconds after what happened before.
#[derive(Debug, Clone)]
enum Happens {
    Put(i64),
    Advance(i64),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (0..120_i64).prop_map(Happens::Put),
        1 => (0..700_i64).prop_map(Happens::Advance),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_payload_arrives_once(all in prop::collection::vec(happens(), 0..60)) {
        let mut stream = stream(1);
        let (mut now, mut muxed, mut put) = (0, 0, Vec::new());
        for happens in all {
            match happens {
                Happens::Put(later) => {
                    now += later;
                    let text = format!("{}", put.len());
                    prop_assert!(stream.put(&payload(&text), ms(now)));
                    put.push((now, muxed, text));
                }
                Happens::Advance(later) => {
                    now += later;
                    stream.advance(ms(now));
                    muxed = now / 200;
                }
            }
        }
        let seconds = now / 1_000 + 4;
        stream.advance(ms(seconds * 1_000));
        let read = read(&bytes(&stream, 0..u64::try_from(seconds).expect("positive")));
        prop_assert_eq!(read.gaps, 0);
        let arrived = read.payloads();
        prop_assert_eq!(arrived.len(), put.len());
        let mut next = 0;
        for ((pts, text), (at, muxed, expected)) in arrived.iter().zip(&put) {
            prop_assert_eq!(text, expected);
            // The first frame at or after the put that is neither muxed nor taken.
            let frame = ((at * 30 + 999) / 1_000).max(muxed * 6).max(next);
            prop_assert_eq!(*pts, 900_000 + 3_000 * u64::try_from(frame).expect("positive"));
            next = frame + 1;
        }
    }

    #[test]
    fn no_bytes_make_a_clip_that_cannot_be_played(
        spoilt in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        left in 1_000..20_000_usize,
    ) {
        let (mut video, mut audio) = (made::video(60), made::audio(94));
        for (at, byte) in spoilt {
            *at.get_mut(&mut video) = byte;
            *at.get_mut(&mut audio) = byte;
        }
        video.truncate(left);
        if let Ok(clip) = Clip::parse(&video, &audio) {
            let mut stream = Stream::new(clip.into(), ID, started());
            stream.advance(ms(3_000));
            let read = read(&bytes(&stream, 0..3));
            prop_assert_eq!((read.gaps, read.of(StreamType::H264).len()), (0, 90));
        }
    }
}
