//! Timeline files as people write them.

use super::*;

/// The entries as `at show_for text`.
fn entries(form: Form, text: &str) -> Vec<String> {
    let entries = read(form, text).expect("it can be read");
    let told = entries.iter().map(|entry| {
        let shown = entry.show_for.map_or("-".to_owned(), |span| span.to_string());
        format!("{} {shown} {}", entry.at, entry.text)
    });
    told.collect()
}

fn error(form: Form, text: &str) -> String {
    read(form, text).expect_err("it cannot be read").to_string()
}

const SRT: &str = "\u{feff}1\r\n00:00:05,000 --> 00:00:09,500\r\n<i>Hello</i> &amp; welcome\r\n\
    second line\r\n\r\n2\n00:01:00,000 --> 00:01:10,000\n{\"type\":\"clear\"}\n\n\n\
    3\n00:02:00,000 --> 00:02:01,000\n\n";

#[test]
fn subrip() {
    let wanted = ["5s 4s500ms Hello & welcome\nsecond line", "1m 10s {\"type\":\"clear\"}"];
    assert_eq!(entries(Form::Srt, SRT), wanted, "the entry without a text is left out");
}

#[test]
fn webvtt() {
    let text = "WEBVTT a show\n\nNOTE\nfor us alone\n\nSTYLE\n::cue { color: red }\n\nintro\n\
        00:05.250 --> 00:06.250 align:start line:0\n<v Ada>1 < 2 &lt; 3\n\n\
        01:00:00.000 --> 01:00:01.000\n[1, 2]\n";
    assert_eq!(entries(Form::Vtt, text), ["5s250ms 1s 1 < 2 < 3", "1h 1s [1, 2]"]);
    assert_eq!(error(Form::Vtt, SRT), "line 1: a WebVTT file begins with `WEBVTT`");
}

#[test]
fn tables() {
    let text = "at,text,until\n1:02:03,\"{\"\"a\"\":1, \"\"b\"\":2}\",\n5m,five,5m10s\n0:00,now,\n";
    let wanted = ["1ms - now", "5m 10s five", "1h2m3s - {\"a\":1, \"b\":2}"];
    assert_eq!(entries(Form::Csv, text), wanted);
    assert!(error(Form::Csv, "at,txt\n5m,a\n").contains("did you mean `text`?"));
    assert_eq!(error(Form::Csv, "at\n5m\n"), "line 1: no column is called `text`");
    assert_eq!(
        error(Form::Csv, "at,text\n5m,a\nsoon,b\n"),
        "line 3: `at` is `soon`, wanted a time like `5m` or `1:02:03`"
    );
}

#[test]
fn entries_may_overlap_and_come_in_the_order_of_their_times() {
    let text =
        "1\n00:00:20,000 --> 00:00:30,000\nlater\n\n2\n00:00:10,000 --> 00:00:25,000\nsooner\n";
    assert_eq!(entries(Form::Srt, text), ["10s 15s sooner", "20s 10s later"]);
}

#[test]
fn an_empty_entry_is_left_out_and_a_long_one_is_read_whole() {
    let long = "x".repeat(2_048);
    let entry = |n: u32, text: &str| format!("{n}\n00:00:0{n},000 --> 00:00:0{n},500\n{text}\n\n");
    let text = [entry(1, ""), entry(2, "  "), entry(3, &long), entry(4, "last")].concat();
    assert_eq!(entries(Form::Srt, &text), [format!("3s 500ms {long}"), "4s 500ms last".to_owned()]);
}

#[test]
fn what_cannot_be_read_is_named_by_its_line() {
    let at = |times: &str| error(Form::Srt, &format!("1\n{times}\ntext\n"));
    for bad in ["soon --> later", "00:00:05 -->", "00:61:00,0 --> 01:00:00,0", "1:2:3:4 --> 2"] {
        assert!(at(bad).starts_with("line 2: met "), "{bad}: {}", at(bad));
    }
    assert!(at("00:00:05,000 --> 00:00:05,000").ends_with("ends before it begins"));
    assert!(error(Form::Srt, "just words\n").starts_with("line 1: met `just words`"));
    let many = "5s,a\n".repeat(TIMELINE_ENTRIES_MAX + 1);
    assert!(error(Form::Csv, &format!("at,text\n{many}")).contains("more than"));
}

#[test]
fn names_tell_the_form() {
    assert_eq!(Form::of("a/show.SRT"), Some(Form::Srt));
    assert_eq!(Form::of("show.vtt"), Some(Form::Vtt));
    assert_eq!(Form::of("show.csv"), Some(Form::Csv));
    assert_eq!(Form::of("show.rhai"), None);
}
