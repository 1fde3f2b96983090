//! A transport stream and its timed metadata, read by `mpeg2ts-reader` and `id3`.

use std::io::Cursor;

use mpeg2ts_reader::demultiplex::{
    Demultiplex, DemuxContext, FilterChangeset, FilterRequest, PacketFilter, PatPacketFilter,
    PmtPacketFilter,
};
use mpeg2ts_reader::packet::Packet;
use mpeg2ts_reader::pes::{
    ElementaryStreamConsumer, PesContents, PesHeader, PesLength, PesPacketFilter, PtsDts,
};
use mpeg2ts_reader::{StreamType, psi};

use crate::hls::{id3 as ours, ts};

/// What came out of a stretch of transport stream.
#[derive(Default)]
pub(super) struct Read {
    changes: FilterChangeset<Filter>,
    /// The type of every stream that the tables name, once.
    pub(super) streams: Vec<StreamType>,
    /// The table that names them, as bytes.
    pub(super) map: Vec<u8>,
    /// In the order of their first packets.
    pub(super) units: Vec<Unit>,
    /// Packets whose counter did not fit.
    pub(super) gaps: usize,
    /// Of every picture: its clock, and whether decoding can begin there.
    pub(super) clocks: Vec<(u64, bool)>,
}

/// One PES packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) kind: StreamType,
    pub(super) pts: u64,
    /// Bytes that its length field promised; none where it promised nothing.
    promised: Option<usize>,
    pub(super) data: Vec<u8>,
}

/// Reads whole packets, and holds them to what every one must keep.
pub(super) fn read(bytes: &[u8]) -> Read {
    let mut read = Read::default();
    let mut demux = Demultiplex::new(&mut read);
    demux.push(&mut read, bytes);
    assert_eq!(bytes.len() % ts::PACKET_BYTES, 0, "packets are whole");
    for packet in bytes.chunks(ts::PACKET_BYTES).map(Packet::new) {
        let Some(field) = packet.adaptation_field() else { continue };
        if let Ok(clock) = field.pcr() {
            assert_eq!(clock.extension(), 0);
            read.clocks.push((clock.base(), field.random_access_indicator()));
        }
    }
    for unit in &read.units {
        let promised = unit.promised.unwrap_or(unit.data.len());
        assert_eq!(unit.data.len(), promised, "a unit has the length that it says");
    }
    read
}

impl Read {
    pub(super) fn of(&self, kind: StreamType) -> Vec<&Unit> {
        self.units.iter().filter(|unit| unit.kind == kind).collect()
    }

    /// Time and text of what was put into the stream.
    pub(super) fn payloads(&self) -> Vec<(u64, String)> {
        let texts = self.tags().into_iter().filter(|(_, owner, _)| owner == ours::OWNER);
        let text = |data| String::from_utf8(data).expect("text");
        texts.map(|(pts, _, data)| (pts, text(data))).collect()
    }

    /// Time of the unit, and the time that the primer in it says.
    pub(super) fn primers(&self) -> Vec<(u64, u64)> {
        let primers = self.tags().into_iter().filter(|(_, owner, _)| owner == ours::PRIMER_OWNER);
        let stamp = |data: Vec<u8>| u64::from_be_bytes(data.try_into().expect("eight bytes"));
        primers.map(|(pts, _, data)| (pts, stamp(data))).collect()
    }

    fn tags(&self) -> Vec<(u64, String, Vec<u8>)> {
        let read = |unit: &&Unit| {
            let tag = id3::Tag::read_from2(Cursor::new(&unit.data)).expect("a tag");
            assert_eq!(tag.version(), id3::Version::Id3v24);
            let frames: Vec<&id3::Frame> = tag.frames().collect();
            let [frame] = frames[..] else { panic!("one frame in a tag, not {frames:?}") };
            let id3::Content::Private(private) = frame.content() else {
                panic!("a PRIV frame, not {frame:?}")
            };
            (unit.pts, private.owner_identifier.clone(), private.private_data.clone())
        };
        self.of(StreamType::METADATA_IN_PES).iter().map(read).collect()
    }
}

/// What the packets of one identifier are given to.
pub(super) enum Filter {
    Programs(PatPacketFilter<Read>),
    Map(PmtPacketFilter<Read>),
    Units(PesPacketFilter<Read, Collector>),
}

impl PacketFilter for Filter {
    type Ctx = Read;

    fn consume(&mut self, read: &mut Read, packet: &Packet<'_>) {
        match self {
            Self::Programs(filter) => filter.consume(read, packet),
            Self::Map(filter) => filter.consume(read, packet),
            Self::Units(filter) => filter.consume(read, packet),
        }
    }
}

impl DemuxContext for Read {
    type F = Filter;

    fn filter_changeset(&mut self) -> &mut FilterChangeset<Filter> {
        &mut self.changes
    }

    fn construct(&mut self, request: FilterRequest<'_, '_>) -> Filter {
        match request {
            FilterRequest::ByPid(psi::pat::PAT_PID) => Filter::Programs(PatPacketFilter::default()),
            FilterRequest::Pmt { pid, program_number } => {
                Filter::Map(PmtPacketFilter::new(pid, program_number))
            }
            FilterRequest::ByStream { stream_type, pmt, .. } => {
                self.streams.push(stream_type);
                self.map = pmt.buffer().to_vec();
                Filter::Units(PesPacketFilter::new(Collector(stream_type)))
            }
            other @ (FilterRequest::ByPid(_) | FilterRequest::Nit { .. }) => {
                panic!("no stream is without its place in the tables: {other:?}")
            }
        }
    }
}

/// Gathers the units of one stream.
pub(super) struct Collector(StreamType);

impl ElementaryStreamConsumer<Read> for Collector {
    fn start_stream(&mut self, _: &mut Read) {}

    fn begin_packet(&mut self, read: &mut Read, header: PesHeader<'_>) {
        let PesContents::Parsed(Some(parsed)) = header.contents() else { panic!("no header") };
        let Ok(PtsDts::PtsOnly(Ok(pts))) = parsed.pts_dts() else { panic!("no time") };
        let after_length = |bytes| usize::from(u16::from(bytes)) - 8;
        let promised = match header.pes_packet_length() {
            PesLength::Bounded(bytes) => Some(after_length(bytes)),
            PesLength::Unbounded => None,
        };
        let data = parsed.payload().to_vec();
        read.units.push(Unit { kind: self.0, pts: pts.value(), promised, data });
    }

    fn continue_packet(&mut self, read: &mut Read, data: &[u8]) {
        let own = read.units.iter_mut().rfind(|unit| unit.kind == self.0);
        own.expect("begun before").data.extend_from_slice(data);
    }

    fn end_packet(&mut self, _: &mut Read) {}

    fn continuity_error(&mut self, read: &mut Read) {
        read.gaps += 1;
    }
}
