//! What is read of hand-made packets.

use proptest::prelude::*;

use super::super::made::{id3_tag, pes, priv_frame, ts_packets, ts_tables};
use super::*;

fn tag_bytes(owner: &str, data: &[u8]) -> Vec<u8> {
    id3_tag(4, 0, &priv_frame(4, owner, data))
}

fn metadata(ticks: u64, owner: &str, data: &[u8]) -> Vec<u8> {
    ts_packets(0x102, &pes(0xBD, ticks, &tag_bytes(owner, data), false))
}

fn picture(ticks: u64) -> Vec<u8> {
    ts_packets(0x100, &pes(0xE0, ticks, &[9; 1_000], true))
}

fn is(ticks: u64, owner: &str, data: &[u8]) -> Tag {
    let frame = Frame { owner: owner.to_owned(), data: data.to_vec() };
    Tag { pts: Some(Pts::new(ticks)), frames: vec![frame] }
}

#[test]
fn metadata_is_found_by_the_tables() {
    let sound = ts_packets(0x101, &pes(0xC0, 900, &[7; 300], false));
    let last = (1 << 33) - 1;
    let piece = [ts_tables(), sound, picture(last), metadata(last, "a", b"1")].concat();
    let held = Demuxer::default().read(&piece);
    assert_eq!(held.starts, Some(Pts::new(last)), "the picture goes before the sound");
    assert_eq!(held.tags, [is(last, "a", b"1")]);
    let no_tables = [picture(0), metadata(0, "a", b"1")].concat();
    assert_eq!(Demuxer::default().read(&no_tables), Held::default());
}

#[test]
fn a_payload_may_lie_in_several_packets_and_pieces() {
    let data = vec![b'x'; 1_024];
    let piece = [ts_tables(), picture(0), metadata(3_000, "a", &data), metadata(6_000, "b", b"2")];
    let piece = piece.concat();
    for cut in 0..piece.len() {
        let mut demuxer = Demuxer::default();
        let mut tags = demuxer.read(&piece[..cut]).tags;
        tags.extend(demuxer.read(&piece[cut..]).tags);
        assert_eq!(tags, [is(3_000, "a", &data), is(6_000, "b", b"2")], "cut at {cut}");
    }
}

#[test]
fn several_tags_may_share_a_packet() {
    let both = [tag_bytes("a", b"1"), tag_bytes("b", b"2")].concat();
    let piece = [ts_tables(), ts_packets(0x102, &pes(0xBD, 5, &both, false))].concat();
    let tags = Demuxer::default().read(&piece).tags;
    let owners: Vec<_> = tags[0].frames.iter().map(|frame| frame.owner.as_str()).collect();
    assert_eq!((tags.len(), owners), (1, vec!["a", "b"]));
}

#[test]
fn a_packet_that_does_not_say_how_long_it_is_ends_with_the_next_or_the_piece() {
    let open =
        |ticks, owner| ts_packets(0x102, &pes(0xBD, ticks, &tag_bytes(owner, &[b'x'; 400]), true));
    let piece = [ts_tables(), open(1, "a"), open(2, "b")].concat();
    let tags = Demuxer::default().read(&piece).tags;
    assert_eq!(tags, [is(1, "a", &[b'x'; 400]), is(2, "b", &[b'x'; 400])]);
}

#[test]
fn what_lies_between_packets_is_stepped_over() {
    let piece = [&[0x47; 5], &ts_tables()[..], b"noise", &metadata(1, "a", b"1")].concat();
    let tags = Demuxer::default().read(&piece).tags;
    assert_eq!(tags, [is(1, "a", b"1")]);
}

#[test]
fn a_packet_without_end_is_given_up() {
    let mut demuxer = Demuxer::default();
    demuxer.read(&ts_tables());
    let torn = [&[0, 0, 1, 0xBD, 0xFF, 0xFF][..], &[0; 170]].concat();
    demuxer.read(&ts_packets(0x102, &torn));
    // A packet that is 65,541 bytes long at most is never waited for longer than that.
    for _ in 0..1_000 {
        demuxer.read(&[&[0x47, 0x01, 0x02, 0x10][..], &[0; 184]].concat());
    }
    let Some(Stream::Metadata(begun)) = demuxer.streams.get(&0x102) else {
        panic!("the tables name it");
    };
    assert_eq!(begun.len(), 0);
    assert_eq!(demuxer.read(&metadata(1, "a", b"1")).tags, [is(1, "a", b"1")]);
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..1_000)) {
        let mut demuxer = Demuxer::default();
        demuxer.read(&bytes);
        demuxer.read(&ts_tables());
        demuxer.read(&ts_packets(0x102, &bytes));
        demuxer.read(&ts_packets(0x1000, &bytes));
        demuxer.read(&ts_packets(0, &bytes));
        prop_assert!(demuxer.rest.len() < PACKET_BYTES);
    }

    #[test]
    fn a_byte_that_is_wrong_is_survived(at in 0_usize..5_000, byte: u8) {
        let mut piece = [ts_tables(), picture(0), metadata(1, "a", &[b'x'; 500])].concat();
        let length = piece.len();
        piece[at % length] = byte;
        let mut demuxer = Demuxer::default();
        demuxer.read(&piece);
        demuxer.read(&ts_tables());
        prop_assert!(demuxer.maps.len() <= TS_PROGRAMS_MAX);
        prop_assert!(demuxer.streams.len() <= TS_STREAMS_MAX);
    }
}
