//! The numbers of `model/limits.rs` as a person reads them: no page says one of its own.

use jiff::SignedDuration;

use crate::model::limits;

/// The text with each `{NAME}` of a limit replaced by its number and unit.
pub(super) fn filled(text: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let number = after.split_once('}').and_then(|(name, then)| Some((number(name)?, then)));
        if let Some((number, then)) = number {
            filled.push_str(&number);
            rest = then;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled + rest
}

fn number(name: &str) -> Option<String> {
    macro_rules! limits {
        ($($how:ident: $($name:ident)*;)*) => {
            match name {
                $($(stringify!($name) => $how(limits::$name),)*)*
                _ => return None,
            }
        };
    }
    Some(limits! {
        span: EVERY_MIN SPAN_MAX LATE_SKIP LATE_MISSED SAME_SHOW_DEFAULT OLD_AFTERS_FOR
            RESUME_WITHIN STOP_WAIT VALID_FOR_DEFAULT STICKY_REPEAT_MAX ASK_ON_AIR ASK_OFF_AIR
            HANDLER_CPU TOP_LEVEL_CPU TRIAL_FOR FETCH_TIMEOUT
            OPEN_FOR_DEFAULT OPEN_FOR_MIN OPEN_FOR_MAX TEST_ADVANCE_MAX TEST_SPAN_MAX;
        count: AFTERS_MAX OLD_GENERATIONS_MAX CUES_MAX TIMELINE_ENTRIES_MAX TRIGGERS_MAX
            CUE_NAME_MAX_CHARS FIRES_AT_ONCE_MAX CHANNEL_SENDS_PER_WINDOW SENDS_PER_CALL_MAX
            OUTBOX_MAX_PAYLOADS STICKY_SLOTS_MAX FILES_PER_CALL_MAX FILES_MAX LOGS_PER_CALL_MAX
            WISHES_PER_CALL_MAX CALL_DEPTH_MAX LIST_MAX_ITEMS MAP_MAX_ENTRIES NESTING_MAX
            JSON_NESTING_MAX VARIABLES_MAX FUNCTIONS_MAX MODULES_MAX HANDLER_MAX_OPERATIONS
            TOP_LEVEL_MAX_OPERATIONS TRIAL_FAILURES POLLS_OPEN_MAX FETCHES_AT_ONCE_MAX
            FETCHES_WAITING_MAX FETCH_HEADERS_MAX
            TEST_MAX_OPERATIONS TEST_CALLS_MAX TEST_CALLS_MAX_OPERATIONS;
        bytes: PAYLOAD_MAX_BYTES FIRE_DATA_MAX_BYTES DATA_FILE_MAX_BYTES STATE_MAX_BYTES
            STRINGS_MAX_BYTES SCRIPT_MAX_BYTES FETCH_MAX_BYTES FETCH_URL_MAX_BYTES;
    })
}

/// The largest unit of which it is a whole number.
fn span(span: SignedDuration) -> String {
    let millis = span.as_millis();
    let units = [(86_400_000, "days"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms")];
    let is_whole = |size: i128| millis % size == 0 && (millis > size || size < 86_400_000);
    let unit = units.into_iter().find(|(size, _)| is_whole(*size));
    let (size, unit) = unit.unwrap_or((1, "ms"));
    format!("{} {unit}", grouped(&(millis / size).to_string()))
}

fn count<T: TryInto<u64>>(count: T) -> String {
    grouped(&count.try_into().unwrap_or(u64::MAX).to_string())
}

fn bytes(bytes: impl TryInto<u64>) -> String {
    const MEGA: u64 = 1_024 * 1_024;
    match bytes.try_into().unwrap_or(u64::MAX) {
        mega if mega.is_multiple_of(MEGA) => format!("{} MB", mega / MEGA),
        kilo if kilo > 1_024 && kilo.is_multiple_of(1_024) => format!("{} KB", kilo / 1_024),
        bytes => format!("{} bytes", grouped(&bytes.to_string())),
    }
}

/// A comma every three digits.
fn grouped(digits: &str) -> String {
    let place = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    let parts = digits.chars().enumerate();
    parts.flat_map(|(at, digit)| place(at).then_some(',').into_iter().chain([digit])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_unit() {
        let said = filled("{EVERY_MIN}, {SAME_SHOW_DEFAULT}, {PAYLOAD_MAX_BYTES}, {AFTERS_MAX}");
        assert_eq!(said, "300 ms, 10 min, 1,024 bytes, 10,000");
        assert_eq!(filled("{SPAN_MAX}, {STATE_MAX_BYTES}"), "366 days, 256 KB");
        assert_eq!(filled("#{a: 1} {b"), "#{a: 1} {b");
    }
}
