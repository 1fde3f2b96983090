//! Numbers and texts as viewers read them.

use rhai::{Dynamic, FLOAT, INT, NativeCallContext};

use super::arguments::{number, text, wanted, whole};
use crate::script::errors::ScriptFault;
use crate::script::words::Word;

type Said = Result<Dynamic, ScriptFault>;

pub(super) static WORDS: [Word; 6] = [
    Word {
        name: "percent",
        forms: &["percent(part, whole)"],
        doc: r#"How many percent of `whole` `part` is; 0 of nothing.

Gives: a whole number

```rhai
every("1m", || put_metadata(notice(`${percent(1, 3)} % agree`)));
```"#,
        run: percent,
    },
    Word {
        name: "fixed",
        forms: &["fixed(number, digits)"],
        doc: r#"A number with that many digits after the point.

Gives: text

Limits: 0 to 15 digits

Errors:
- `on("start", || fixed(12.5, 16));`

```rhai
every("1m", || put_metadata(notice(`only ${fixed(12.5, 2)} €`)));
```"#,
        run: fixed,
    },
    Word {
        name: "thousands",
        forms: &["thousands(number)"],
        doc: r#"A whole number with a comma every three digits.

Gives: text

Errors:
- `on("start", || thousands("12345"));`

```rhai
every("1m", || put_metadata(notice(`${thousands(12345)} viewers`)));
```"#,
        run: |_, arguments| Ok(thousands(whole(&arguments[0], "what `thousands` writes")?).into()),
    },
    Word {
        name: "number",
        forms: &["number(text)"],
        doc: r#"The number in a text: commas, blanks and underscores between digits do not count.

Gives: a number

Errors:
- `on("start", || number("a dozen"));`

```rhai
every("1m", || put_metadata(meter("sold", number("12,000"), 20_000)));
```"#,
        run: number_of,
    },
    Word {
        name: "mmss",
        forms: &["mmss(seconds)"],
        doc: r#"Seconds as `1:30`, from an hour on as `1:00:00`.

Gives: text

Errors:
- `on("start", || mmss("1m30s"));`

```rhai
every("1m", || put_metadata(notice(`${mmss(90)} to go`)));
```"#,
        run: |_, arguments| Ok(mmss(whole(&arguments[0], "what `mmss` writes")?).into()),
    },
    Word {
        name: "fit",
        forms: &["fit(text, bytes)"],
        doc: r#"A text cut at a character, with `…`, so that it takes at most that many bytes.

Gives: text

Errors:
- `on("start", || fit("a story", -1));`

```rhai
every("1m", || put_metadata(notice(fit("a very long story", 12))));
```"#,
        run: fit,
    },
];

/// A float as the nearest whole number; out of range it is the end of the range.
fn nearest_whole(number: FLOAT) -> INT {
    format!("{:.0}", number.round()).parse().unwrap_or(if number < 0.0 {
        INT::MIN
    } else {
        INT::MAX
    })
}

fn percent(_: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let part = number(&arguments[0], "the part of `percent`")?;
    let whole = number(&arguments[1], "the whole of `percent`")?;
    if whole == 0.0 {
        return Ok(Dynamic::from_int(0));
    }
    Ok(nearest_whole(part / whole * 100.0).into())
}

fn fixed(_: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    /// A float has no more digits that mean something.
    const DIGITS_MAX: usize = 15;
    let value = number(&arguments[0], "what `fixed` writes")?;
    let digits = usize::try_from(whole(&arguments[1], "the digits of `fixed`")?);
    match digits {
        Ok(digits) if digits <= DIGITS_MAX => Ok(format!("{value:.digits$}").into()),
        _ => Err(wanted("the digits of `fixed`", "0 to 15", &arguments[1])),
    }
}

fn thousands(number: INT) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut written = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    if number < 0 { format!("-{written}") } else { written }
}

fn number_of(_: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    if arguments[0].is_int() || arguments[0].is_float() {
        return Ok(arguments[0].clone());
    }
    let written = text(&arguments[0], "what `number` reads")?;
    let digits: String =
        written.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '_' | '\'')).collect();
    if let Ok(whole) = digits.parse::<INT>() {
        return Ok(whole.into());
    }
    match digits.parse::<FLOAT>() {
        Ok(fraction) if fraction.is_finite() => Ok(fraction.into()),
        _ => Err(ScriptFault::says(format!("`{written}` is not a number"))),
    }
}

fn mmss(seconds: INT) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let all = seconds.unsigned_abs();
    let (hours, minutes, seconds) = (all / 3_600, all / 60 % 60, all % 60);
    if hours > 0 {
        format!("{sign}{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{sign}{minutes}:{seconds:02}")
    }
}

fn fit(_: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    const MARK: &str = "…";
    let whole_text = text(&arguments[0], "what `fit` cuts")?;
    let most = usize::try_from(whole(&arguments[1], "the bytes of `fit`")?)
        .map_err(|_| wanted("the bytes of `fit`", "0 or more", &arguments[1]))?;
    if whole_text.len() <= most {
        return Ok(arguments[0].clone());
    }
    if most < MARK.len() {
        return Ok(String::new().into());
    }
    let cut = whole_text.floor_char_boundary(most - MARK.len());
    Ok(format!("{}{MARK}", whole_text[..cut].trim_end()).into())
}
