//! `fetch_json` and `secret`: what is asked for, and that no secret becomes anything else.

use serde_json::json;

use super::rig::{Rig, failure, payloads};
use crate::model::fetch::{FetchRequest, Template};
use crate::script::api::{Called, Wish};

fn request(body: &str) -> FetchRequest {
    let mut rig = Rig::new();
    let ready = rig.load(&format!("cue(\"c\", || {{ {body} }});"));
    let wishes = rig.call(&ready, "c").wishes;
    let found = wishes.into_iter().find_map(|wish| {
        if let Wish::Fetch { request, .. } = wish { Some(*request) } else { None }
    });
    found.expect("it fetches")
}

#[test]
fn a_request_has_its_address_headers_and_time() {
    let asked = request(
        r#"let key = secret("KEY");
        fetch_json("https://example.com/a?key=" + key + "&x=1",
            #{timeout: "2s", headers: #{Authorization: "Bearer " + key, Accept: "x/y"}}, |d| 1);"#,
    );
    assert_eq!(asked.url.to_string(), "https://example.com/a?key=$KEY&x=1");
    assert_eq!(asked.timeout.as_secs(), 2);
    let headers: Vec<String> =
        asked.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(headers, ["Accept: x/y", "Authorization: Bearer $KEY"]);
    assert_eq!(request("fetch_json(\"http://[::1]:80/\", |d, e| 1)").timeout.as_secs(), 3);
}

#[test]
fn the_handler_gets_data_or_an_error() {
    for (handler, answer, said) in [
        ("|data| print(data.n)", json!({"data": {"n": 3}}), "3"),
        ("|data, error| print(`${data.n} ${error == ()}`)", json!({"data": {"n": 3}}), "3 true"),
        ("|data, error| print(`${data == ()} ${error}`)", json!({"error": "late"}), "true late"),
    ] {
        let mut rig = Rig::new();
        let script = format!(
            "let n = 1; cue(\"c\", || {{ let m = 2; fetch_json(\"https://a.b/\", {handler}) }});"
        );
        let ready = rig.load(&script);
        let Some(Wish::Fetch { handler, .. }) = rig.call(&ready, "c").wishes.pop() else {
            panic!("it fetches")
        };
        let Called::Done(asked) = rig.try_call_with(&ready.generation, &handler, answer) else {
            panic!("it succeeds")
        };
        assert_eq!(asked.logs[0].1, said);
        assert!(payloads(&asked).is_empty());
    }
}

#[test]
fn a_header_is_bounded() {
    let long = "let v = \"\"; v.pad(9000, 'x'); \
                fetch_json(\"https://a.b/\", #{headers: #{Accept: v}}, |d| 1)";
    let error = failure(long);
    assert!(error.message.contains("a header of `fetch_json` has 9006 bytes, 8192 fit"), "{error}");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    for (body, wanted) in [
        ("fetch_json(\"ftp://example.com/\", |d| 1)", "no address of the web"),
        ("fetch_json(5, |d| 1)", "wanted text"),
        ("fetch_json(secret(\"HOST\"), |d| 1)", "no address of the web"),
        ("fetch_json(\"https://\" + secret(\"HOST\") + \"/\", |d| 1)", "before its path"),
        ("fetch_json(\"https:///\" + secret(\"HOST\") + \".x/\", |d| 1)", "before its path"),
        ("fetch_json(`https:/\\` + secret(\"HOST\") + \".x/\", |d| 1)", "before its path"),
        ("fetch_json(\"https://a.b\" + secret(\"HOST\"), |d| 1)", "before its path"),
        ("fetch_json(\"https://a@b.c/\", |d| 1)", "a name and a password"),
        ("fetch_json(\"https://a.b/\", #{headers: #{Host: \"x\"}}, |d| 1)", "cannot be set"),
        ("fetch_json(\"https://a.b/\", #{headers: #{\"a b\": \"x\"}}, |d| 1)", "cannot be set"),
        ("fetch_json(\"https://a.b/\", #{headers: #{a: \"x\\ny\"}}, |d| 1)", "one line"),
        ("fetch_json(\"https://a.b/\", |a, b, c| 1)", "one argument or two"),
        ("secret(\"a b\")", "no name of a secret"),
    ] {
        let error = failure(body).to_string();
        assert!(error.contains(wanted), "{body}: {error}");
    }
}

#[test]
fn a_secret_becomes_no_text() {
    for body in [
        "`${secret(\"KEY\")}`",
        "\"x\" + `${secret(\"KEY\")}`",
        "let s = \"x\"; s += secret(\"KEY\");",
        "print(secret(\"KEY\"))",
        "debug(secret(\"KEY\"))",
        "print([secret(\"KEY\")])",
        "secret(\"KEY\").to_string()",
        "secret(\"KEY\").to_debug()",
        "log_info(secret(\"KEY\"))",
        "put_metadata(secret(\"KEY\"))",
        "put_metadata(#{a: [secret(\"KEY\")]})",
        "put_metadata(notice(\"x\" + secret(\"KEY\")))",
        "state.key = secret(\"KEY\")",
        "fire(\"c\", secret(\"KEY\"))",
    ] {
        let error = failure(body).to_string();
        assert!(error.contains("secret"), "{body}: {error}");
    }
}

#[test]
fn a_text_with_secrets_does_not_grow_for_ever() {
    let error = failure("let s = secret(\"KEY\"); for i in 0..60 { s += s; }").to_string();
    assert!(error.contains("a text with a secret has"), "{error}");
}

#[test]
fn texts_side_by_side_are_one_piece() {
    let text = Template::secret("KEY").then(Template::text("")).then(Template::text("a"));
    assert_eq!(text.pieces().len(), 2);
    assert_eq!(text.then(Template::text("b")).to_string(), "$KEYab");
}
