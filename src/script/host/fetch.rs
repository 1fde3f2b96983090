//! From the net: `fetch_json`, and `secret` for its headers.

use rhai::{Dynamic, FnPtr, NativeCallContext};
use url::Url;

use super::arguments::{map, span, text, wanted};
use super::options::Options;
use crate::model::cue::AfterId;
use crate::model::fetch::{FetchRequest, Piece, Template};
use crate::model::limits::{
    FETCH_HEADER_MAX_BYTES, FETCH_HEADERS_MAX, FETCH_TIMEOUT, FETCH_URL_MAX_BYTES,
};
use crate::model::time::Span;
use crate::script::api::Wish;
use crate::script::errors::ScriptFault;
use crate::script::generation::Handler;
use crate::script::secret_text::{SecretText, template};
use crate::script::stage::{Phase, StageRef};
use crate::script::words::Word;

type Said = Result<Dynamic, ScriptFault>;

pub(super) static WORDS: [Word; 2] = [
    Word {
        name: "fetch_json",
        forms: &["fetch_json(url, handler)", "fetch_json(url, options, handler)"],
        doc: r#"Asks an address for JSON and goes on at once; `handler` is called when the answer
has come. `|data|` is called on success only; `|data, error|` always: `error` is `()`, or `data` is
and `error` says why. The handler is called once, by the version that asked, and not after a
restart. The operator says which hosts may be asked: `--allow-net api.example.com` for https,
`--allow-net http://127.0.0.1:8000` for one without. No redirect leads to another host than those,
and no name to a private address that was not allowed itself. While an address is asked, it is not
asked again: the second gets an `error`. The journal keeps every answer. In rehearsal nobody is
asked: `respond(url, data)` in a test, or `--answer URL=FILE` of `runner check` and `runner
simulate`, say what an address answers, and every other gets an `error`.

Options:
- `headers`: a map of texts, `#{Authorization: "Bearer " + secret("API_KEY")}`
- `timeout`: a duration; {FETCH_TIMEOUT} unless given, and at most

Gives: nothing

Limits: {FETCH_MAX_BYTES} of JSON, {FETCHES_AT_ONCE_MAX} requests at a time and
{FETCHES_WAITING_MAX} waiting in one show, {FETCH_HEADERS_MAX} headers, an address of
{FETCH_URL_MAX_BYTES}

Errors:
- `fetch_json("https://api.example.com/score", |data| 1);`
- `on("start", || fetch_json("api.example.com/score", |data| 1));`
- `on("start", || fetch_json("https://api.example.com/score"));`
- `on("start", || fetch_json("https://api.example.com/score", || 1));`
- `on("start", || fetch_json("https://me:pass@api.example.com/", |data| 1));`
- `on("start", || fetch_json("https://api.example.com/", #{timeout: "10s"}, |data| 1));`

```rhai
every("30s", || {
    fetch_json("https://api.example.com/score", |data, error| {
        if error != () { return log_warn(`no score: ${error}`) }
        put_metadata(board("Score", [["Reds", data.reds], ["Blues", data.blues]]));
    });
});
```"#,
        run: fetch_json,
    },
    Word {
        name: "secret",
        forms: &["secret(name)"],
        doc: r#"An environment variable that the operator allowed by `--secret API_KEY`. It is not a
text: texts can be put before and after it with `+`, and it goes into the url and the headers of
`fetch_json`, nowhere else. A script never holds what it is, so neither do payloads, `state`, log,
journal and desk. An answer that repeats it is not handed over. In rehearsal it is only its name,
and the environment is not read.

Gives: a secret

Errors:
- `on("start", || put_metadata(notice(secret("API_KEY"))));`
- `on("start", || put_metadata(#{key: secret("API_KEY")}));`
- `on("start", || log_info("key: " + secret("API_KEY")));`
- ``on("start", || log_info(`${secret("API_KEY")}`));``
- `on("start", || state.key = secret("API_KEY"));`

```rhai
every("1m", || {
    let headers = #{Authorization: "Bearer " + secret("API_KEY")};
    fetch_json("https://api.example.com/score", #{headers: headers, timeout: "2s"}, |data| {
        put_metadata(notice(`${data.reds} : ${data.blues}`));
    });
});
```"#,
        run: secret,
    },
];

fn fetch_json(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    StageRef::of(context).get().only_in(Phase::Handler, "fetch_json")?;
    let (options, handler) = match arguments {
        [_, options, handler] => (Some(options), handler),
        [_, handler] => (None, handler),
        _ => return Err(ScriptFault::says("`fetch_json` without a handler")),
    };
    let options = Options::read(options, "fetch_json", &["headers", "timeout"])?;
    let request = FetchRequest {
        url: address(&arguments[0])?,
        headers: options.get("headers", headers)?.unwrap_or_default(),
        timeout: options.get("timeout", timeout)?.map_or(FETCH_TIMEOUT, Span::get),
    };
    let function = handler.read_lock::<FnPtr>().map(|function| function.clone());
    let function = function.ok_or_else(|| {
        wanted("the handler of `fetch_json`", "a closure, `|data, error| …`", handler)
    })?;
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    let draft = &mut stage.draft;
    let handler = Handler::of_answer(context, function, &mut draft.context)?;
    let id = AfterId(draft.next_after);
    draft.next_after += 1;
    draft.wish(Wish::Fetch { id, request: request.into(), handler })?;
    Ok(Dynamic::UNIT)
}

fn timeout(value: &Dynamic, what: &str) -> Result<Span, ScriptFault> {
    let span = span(value, what)?;
    if span.get() > FETCH_TIMEOUT {
        let most = FETCH_TIMEOUT.as_secs();
        return Err(ScriptFault::says(format!("{what} is {span}, wanted at most {most} s")));
    }
    Ok(span)
}

/// The address, whose host is written out: no secret says where it is sent itself.
fn address(value: &Dynamic) -> Result<Template, ScriptFault> {
    let what = "the url of `fetch_json`";
    let template = template(value).ok_or_else(|| wanted(what, "text", value))?;
    let shown = template.to_string();
    if shown.len() > FETCH_URL_MAX_BYTES {
        let bytes = shown.len();
        return Err(ScriptFault::says(format!(
            "{what} has {bytes} bytes, {FETCH_URL_MAX_BYTES} fit"
        )));
    }
    let url = Url::parse(&shown).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or_else(|| {
        ScriptFault::hints(
            format!("`{shown}` is no address of the web"),
            "write all of it: `https://api.example.com/score`",
        )
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ScriptFault::hints(
            format!("{what} has a name and a password in it"),
            "they go into a header: `#{headers: #{Authorization: \"Basic \" + secret(\"LOGIN\")}}`",
        ));
    }
    if template.has_secret() && !host_is_written_out(&template, &url) {
        return Err(ScriptFault::hints(
            format!("{what} has a secret before its path"),
            "write the host out: `\"https://api.example.com/?key=\" + secret(\"API_KEY\")`",
        ));
    }
    Ok(template)
}

/// Whether what is before the first secret leads where all of it does.
fn host_is_written_out(template: &Template, whole: &Url) -> bool {
    let Some(Piece::Text(begin)) = template.pieces().first() else { return false };
    Url::parse(begin).is_ok_and(|begin| begin.origin() == whole.origin())
}

fn headers(value: &Dynamic, what: &str) -> Result<Vec<(String, Template)>, ScriptFault> {
    let map = map(value, what)?;
    if map.len() > FETCH_HEADERS_MAX {
        return Err(ScriptFault::says(format!("{what} are more than {FETCH_HEADERS_MAX}")));
    }
    let header = |(name, value): (&_, &Dynamic)| {
        let name: &rhai::Identifier = name;
        let what = format!("the header `{name}` of `fetch_json`");
        if !is_header_name(name) {
            return Err(ScriptFault::says(format!("{what} cannot be set")));
        }
        let template = template(value).ok_or_else(|| wanted(&what, "text", value))?;
        let shown = template.to_string();
        if shown.chars().any(char::is_control) {
            return Err(ScriptFault::says(format!("{what} has more than one line")));
        }
        if name.len() + shown.len() > FETCH_HEADER_MAX_BYTES {
            let bytes = name.len() + shown.len();
            return Err(ScriptFault::says(format!(
                "a header of `fetch_json` has {bytes} bytes, {FETCH_HEADER_MAX_BYTES} fit"
            )));
        }
        Ok((name.to_string(), template))
    };
    map.iter().map(header).collect()
}

/// Whether it is a header's name, and none that belongs to the request itself.
fn is_header_name(name: &str) -> bool {
    const OWN: [&str; 7] = [
        "host",
        "connection",
        "content-length",
        "transfer-encoding",
        "accept-encoding",
        "upgrade",
        "te",
    ];
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_token) && !OWN.contains(&&*name.to_ascii_lowercase())
}

fn secret(_: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let name = text(&arguments[0], "the name of a secret")?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(ScriptFault::hints(
            format!("`{name}` is no name of a secret"),
            "it is that of an environment variable: `secret(\"API_KEY\")`",
        ));
    }
    Ok(Dynamic::from(SecretText(Template::secret(name.as_str()))))
}
