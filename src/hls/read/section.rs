//! Sections of a transport stream: its tables, put together from the packets they lie in.

/// The tables of one packet id.
#[derive(Debug, Default)]
pub(super) struct Sections {
    /// What there is of the section that has begun, its head first; 4 KB at most, and a packet.
    begun: Vec<u8>,
}

impl Sections {
    /// Takes a packet's payload; a section that is whole by it.
    pub(super) fn push(&mut self, payload: &[u8], starts: bool) -> Option<Vec<u8>> {
        if !starts {
            return self.go_on(payload);
        }
        let (pointer, rest) = payload.split_first()?;
        let (before, new) = rest.split_at_checked(usize::from(*pointer))?;
        let ended = self.go_on(before);
        self.begun = new.to_vec();
        // Where two end in one packet, the second comes again: tables are repeated.
        ended.or_else(|| self.whole())
    }

    fn go_on(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        if !self.begun.is_empty() {
            self.begun.extend_from_slice(bytes);
        }
        self.whole()
    }

    /// The section without its checksum, when all of it is there.
    fn whole(&mut self) -> Option<Vec<u8>> {
        let [_, high, low, ..] = *self.begun.as_slice() else { return None };
        let bytes = 3 + usize::from(twelve_bits(high, low));
        if self.begun.len() < bytes {
            return None;
        }
        let mut section = std::mem::take(&mut self.begun);
        section.truncate(bytes.saturating_sub(4));
        Some(section)
    }
}

/// The programs of a program association: the packet ids of their maps.
pub(super) fn programs(section: &[u8]) -> Vec<u16> {
    let Some(entries) = section.get(8..).filter(|_| section.first() == Some(&0)) else {
        return Vec::new();
    };
    let (entries, _) = entries.as_chunks::<4>();
    let is_program = |entry: &&[u8; 4]| entry[0] != 0 || entry[1] != 0;
    entries.iter().filter(is_program).map(|entry| thirteen_bits(entry[2], entry[3])).collect()
}

/// The streams of a program map: type and packet id of each.
pub(super) fn streams(section: &[u8]) -> Vec<(u8, u16)> {
    let mut found = Vec::new();
    let [2, _, _, _, _, _, _, _, _, _, high, low, rest @ ..] = section else { return found };
    let mut rest = rest.get(usize::from(twelve_bits(*high, *low))..).unwrap_or(&[]);
    while let [kind, pid_high, pid_low, high, low, more @ ..] = rest {
        found.push((*kind, thirteen_bits(*pid_high, *pid_low)));
        rest = more.get(usize::from(twelve_bits(*high, *low))..).unwrap_or(&[]);
    }
    found
}

fn twelve_bits(high: u8, low: u8) -> u16 {
    u16::from_be_bytes([high & 0x0F, low])
}

/// A packet id.
pub(super) fn thirteen_bits(high: u8, low: u8) -> u16 {
    u16::from_be_bytes([high & 0x1F, low])
}
