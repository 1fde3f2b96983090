//! What a person who types a command sees: the exit code and every word.

use std::net::TcpListener;

use crate::rig::{House, LOCAL, Local, Runner, bare, command};

/// A script that is never reached.
const ANY: &str = r#"cue("any", || put_metadata("any"));"#;

pub(crate) fn typed(args: &[&str]) -> String {
    House::with(ANY).do_in(args).to_string()
}

#[test]
fn says_its_version() {
    insta::assert_snapshot!(typed(&["--version"]).replace(env!("CARGO_PKG_VERSION"), "[version]"),
        @"
    exit code: 0
    ----- stdout -----
    runner [version]
    ----- stderr -----
    ");
}

#[test]
fn a_command_mistyped_is_no_script() {
    let ended = typed(&["chek", "show.rhai"]);
    assert!(ended.contains("exit code: 2") && ended.contains("'check'"), "{ended}");
}

#[test]
fn a_script_that_is_not_there() {
    let house = House::with(ANY);
    let ended = house.do_in(&["show/shwo.rhai"]).to_string();
    insta::assert_snapshot!(house.tidy(&ended), @"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: there is no script `[house]/show/shwo.rhai`
    hint: did you mean `show.rhai`?
    ");
}

#[test]
fn an_arn_that_is_none() {
    insta::assert_snapshot!(typed(&["show/show.rhai", "arn:aws:ivs:us-west-2:1:chanel/x"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: invalid value 'arn:aws:ivs:us-west-2:1:chanel/x' for '[CHANNEL]...': \
      `arn:aws:ivs:us-west-2:1:chanel/x` is not the ARN of an IVS channel: it names no \
      `channel/…`
    hint: it looks like `arn:aws:ivs:us-west-2:123456789012:channel/abcdEFGH1234`; `local` \
      is the local channel

    For more information, try '--help'.
    "#);
}

#[test]
fn an_arn_of_another_service() {
    insta::assert_snapshot!(typed(&["show/show.rhai", "arn:aws:s3:us-west-2:1:channel/x"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: invalid value 'arn:aws:s3:us-west-2:1:channel/x' for '[CHANNEL]...': \
      `arn:aws:s3:us-west-2:1:channel/x` is not the ARN of an IVS channel: its service is not \
      `ivs`
    hint: it looks like `arn:aws:ivs:us-west-2:123456789012:channel/abcdEFGH1234`; `local` \
      is the local channel

    For more information, try '--help'.
    "#);
}

#[test]
fn a_zone_that_is_none() {
    insta::assert_snapshot!(typed(&["show/show.rhai", "--timezone", "Europe/Pari"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: invalid value 'Europe/Pari' for '--timezone <ZONE>': `Europe/Pari` is not a time \
      zone, did you mean `Europe/Paris`?
    hint: write a name of the IANA database, `Europe/Paris`

    For more information, try '--help'.
    "#);
}

#[test]
fn a_duration_that_is_none() {
    insta::assert_snapshot!(typed(&["show/show.rhai", "--for", "10sec"]), @"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: invalid value '10sec' for '--for <DURATION>': `10sec` is not a duration
    hint: write `250ms`, `10s`, `1m30s`, `2h` or `1:30`

    For more information, try '--help'.
    ");
}

#[test]
fn an_argument_that_is_none() {
    insta::assert_snapshot!(typed(&["show/show.rhai", "--set", "round"]), @"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: invalid value 'round' for '--set <KEY=VALUE>': `round` is not an argument
    hint: write `key=value`, `round=3`

    For more information, try '--help'.
    ");
}

#[test]
fn a_folder_of_facts_that_is_none() {
    insta::assert_snapshot!(typed(&["show/show.rhai", "--facts", "fcats"]), @"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `--facts fcats` is not a folder
    ");
}

#[test]
fn the_same_channel_twice() {
    insta::assert_snapshot!(typed(&["show/show.rhai", "local", LOCAL]), @"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: the channel arn:aws:ivs:us-west-2:000000000000:channel/local is given twice
    hint: each channel of one command runs once
    ");
}

#[test]
fn a_token_that_cannot_be_one() {
    insta::assert_snapshot!(typed(&["show/show.rhai", "--port", "0", "--desk-token", "abc"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `--desk-token` cannot be used, wanted 8 or more letters, digits, `-`, `_`, `.` \
      and `~`
    "#);
}

#[test]
fn a_port_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it has an address").port().to_string();
    let by_show = typed(&["show/show.rhai", "--port", &port]).replace(&port, "[port]");
    insta::assert_snapshot!(by_show, @"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `--port` cannot be used, another program listens on 127.0.0.1:[port]
    hint: leave `--port` out to use the next free port
    ");
    assert_eq!(typed(&["local", "--port", &port]).replace(&port, "[port]"), by_show);
    let desk = format!("127.0.0.1:{port}");
    let by_desk = typed(&["show/show.rhai", "--port", "0", "--desk", &desk]);
    insta::assert_snapshot!(by_desk.replace(&port, "[port]"), @"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `--desk` cannot be used, another program listens on 127.0.0.1:[port]
    hint: leave `--desk` out to use the next free port
    ");
}

#[test]
fn no_credentials() {
    let house = House::with(ANY);
    let arn = "arn:aws:ivs:us-west-2:123456789012:channel/abcd";
    let mut command = bare(&["show/show.rhai", arn, "--desk", "127.0.0.1:0"]);
    let ended = Runner::start(command.current_dir(house.at(""))).end();
    insta::assert_snapshot!(ended, @r#"
    exit code: 3
    ----- stdout -----

    ----- stderr -----
    error: no AWS credentials were found
    hint: `aws sso login` or `aws configure` makes some, `--profile <NAME>` picks others; \
      without a channel the show runs on the local one
    "#);
}

#[test]
fn the_local_channel_asks_for_no_credentials() {
    let house = House::with(ANY);
    let mut command = bare(&["show/show.rhai", "--port", "0", "--desk", "127.0.0.1:0"]);
    let mut show = Runner::start(command.current_dir(house.at("")).arg("--json"));
    show.event("on_air");
    assert_eq!(show.stop().code, Some(0));
    let local = Local::start();
    let mut put = bare(&["put", "local", "hello", "--endpoint-url", &local.url]);
    assert_eq!(Runner::start(&mut put).end().code, Some(0));
    let mut put = bare(&["channels", "--region", "us-west-2", "--endpoint-url", &local.url]);
    let ended = Runner::start(&mut put).end();
    assert_eq!(ended.code, Some(0), "{ended}");
}

#[test]
fn a_payload_by_hand() {
    let local = Local::start();
    let put = |payload: &str, input: &str| {
        let args = ["put", "local", payload, "--endpoint-url", &local.url];
        let said = Runner::start_with(&mut command(&args), input).end().to_string();
        said.replace(&local.url, "[endpoint]")
    };
    insta::assert_snapshot!(put(r#"{"text":"hello"}"#, ""), @"
    exit code: 0
    ----- stdout -----
    sent 16 B to arn:aws:ivs:us-west-2:000000000000:channel/local at [endpoint]
    ----- stderr -----
    ");
    assert!(put("-", "{\"text\":\"from a pipe\"}\n").contains("exit code: 0"));
    assert!(put(&"é".repeat(512), "").contains("exit code: 0"));
    // What begins as JSON has to be some, and nobody is asked before that is known.
    let gone = ["put", "local", "{bad", "--endpoint-url", "http://127.0.0.1:9"];
    insta::assert_snapshot!(typed(&gone), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: the payload begins like JSON and is none: key must be a string at line 1 column 2
    hint: put it into single quotes, `'{"text": "hello"}'`
    "#);
    assert!(put("[1, 2", "").contains("exit code: 2"));
    insta::assert_snapshot!(put(&"x".repeat(1_025), ""), @"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: the payload has 1025 bytes, 1024 fit
    ");
    insta::assert_snapshot!(put("-", &"x".repeat(5_000)), @"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: the payload has 1027 bytes, 1024 fit
    ");
    insta::assert_snapshot!(put("", ""), @"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: the payload is empty, wanted 1 to 1024 bytes
    ");
    assert_eq!(put("-", "\n"), put("", ""));
    let most = "é".repeat(512);
    let sent = [r#"{"text":"hello"}"#, r#"{"text":"from a pipe"}"#, &most];
    assert_eq!(local.payloads(LOCAL), sent);
}

#[test]
fn a_payload_that_nobody_takes() {
    let local = Local::start();
    let gone = local.url.clone();
    local.kill();
    insta::assert_snapshot!(typed(&["put", "local", "hello", "--endpoint-url", &gone]), @r#"
    exit code: 3
    ----- stdout -----

    ----- stderr -----
    error: arn:aws:ivs:us-west-2:000000000000:channel/local was not sent: dispatch failure: \
      Connection refused (os error 111)
    hint: `runner local` or a running show serves the local channel; `--endpoint-url` names \
      another port
    "#);
}

#[test]
fn the_channels_of_an_account() {
    let local = Local::start();
    let arn = local.another("studio");
    let list = |more: &[&str]| {
        let mut args = vec!["channels", "--region", "us-west-2", "--endpoint-url", &local.url];
        args.extend(more);
        typed(&args).replace(&arn, "[studio]")
    };
    insta::assert_snapshot!(list(&[]), @r#"
    exit code: 0
    ----- stdout -----
    arn:aws:ivs:us-west-2:000000000000:channel/local  local                     on air   0 \
      viewers
    [studio]  studio                    on \
      air   0 viewers
    ----- stderr -----
    "#);
    let mut args = vec!["channels", "--region", "us-west-2", "--endpoint-url", &local.url];
    args.push("--json");
    let listed = House::with(ANY).do_in(&args).events();
    let of = |n: usize| (listed[n]["arn"].clone(), listed[n]["live"]["health"].clone());
    assert_eq!(of(0), (LOCAL.into(), "HEALTHY".into()));
    assert_eq!(of(1), (arn.as_str().into(), "HEALTHY".into()));
    insta::assert_snapshot!(typed(&["channels"]), @"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: no region was named
    hint: `--region us-west-2`, or set `AWS_REGION`
    ");
}

#[test]
fn the_state_of_a_show() {
    let house = House::with(r#"on("start", || { state.round = 7; put_metadata("hello"); });"#);
    insta::assert_snapshot!(house.do_in(&["state", "--data", "data"]), @"
    exit code: 0
    ----- stdout -----
    no show has run with the data folder `data`
    ----- stderr -----
    ");
    let local = Local::start();
    let mut show = house.run(&local, &["--seed", "5"]);
    show.event("sent");
    show.stop();
    let state = |more: &[&str]| {
        let mut args = vec!["state", "show/show.rhai", "--data", "data"];
        args.extend(more);
        let words = house.do_in(&args).to_string();
        let parts: Vec<&str> = words.split(" UTC").collect();
        let times = parts.iter().filter_map(|part| part.get(part.len().checked_sub(19)?..));
        times.fold(words.clone(), |words, time| words.replace(time, "[time]"))
    };
    insta::assert_snapshot!(state(&[]), @r#"
    exit code: 0
    ----- stdout -----
    show on arn:aws:ivs:us-west-2:000000000000:channel/local
      run       1, began [time] UTC, ended [time] UTC
      seed      5
      waiting   0 payloads
      state     of [time] UTC
    {
      "round": 7
    }
    [time]
    "#);
    insta::assert_snapshot!(state(&["--clear"]), @"
    exit code: 0
    ----- stdout -----
    show on arn:aws:ivs:us-west-2:000000000000:channel/local is emptied
    [time]
    ");
    insta::assert_snapshot!(state(&[]), @"
    exit code: 0
    ----- stdout -----
    nothing is kept of it in `data`
    [time]
    ");
    assert_eq!(house.do_in(&["state", "--clear"]).code, Some(2), "it wants to know of which");
}

#[test]
fn the_state_of_a_running_show_is_not_emptied() {
    let (house, local) = (House::with(ANY), Local::start());
    let mut show = house.run(&local, &[]);
    show.event("on_air");
    let ended = house.do_in(&["state", "show/show.rhai", "--data", "data", "--clear"]);
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains(&show.pid().to_string()), "{ended}");
}

#[test]
fn a_second_runner_of_a_show() {
    let (house, local) = (House::with(ANY), Local::start());
    let mut first = house.run(&local, &[]);
    first.event("on_air");
    let second = house.run(&local, &[]).end();
    assert_eq!((second.code, second.lines.len()), (Some(2), 0), "{second}");
    assert!(second.stderr.contains(&format!("{} since ", first.pid())), "{second}");
    assert_eq!(first.stop().code, Some(0), "the first one never noticed");
    let mut third = house.run(&local, &[]);
    third.event("started");
}
