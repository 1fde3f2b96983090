//! The help texts: what a person who asks can learn.

use crate::cli::typed;
use crate::rig::House;

#[test]
fn helps() {
    insta::assert_snapshot!(typed(&["--help"]), @r#"
    exit code: 0
    ----- stdout -----
    Runs hot-reloaded Rhai show scripts that send timed metadata to a live Amazon IVS stream

    Usage: runner [run] <SCRIPT> [CHANNEL]...
           runner <COMMAND>

    Commands:
      run       Run a show script on one or more channels (the word `run` may be left out)
      check     Look for mistakes in scripts before air, and rehearse the first hour of each
      next      List when the cues of a show will fire
      simulate  Play a whole evening at once: what is sent when, how close to the limits
      state     Show what a show keeps across edits and restarts, or empty it
      local     Serve only the local channel: a stand-in for IVS that boto3, the AWS CLI and
                the SDKs accept
      channels  List an account's channels, and which of them are live
      put       Send one payload to a channel
      watch     Print the timed metadata of any HLS stream as it comes: what viewers get
      test      Run the tests of show scripts, on the virtual clock
      new       Write a new show script, its tests and what it reads, from a template
      help      Print this message or the help of the given subcommand(s)
      run          Run a show script on one or more channels (the word `run` may be left
                   out)
      state        Show what a show keeps across edits and restarts, or empty it
      local        Serve only the local channel: a stand-in for IVS that boto3, the AWS CLI
                   and the SDKs accept
      channels     List an account's channels, and which of them are live
      put          Send one payload to a channel
      watch        Print the timed metadata of any HLS stream as it comes: what viewers get
      reference    Print the show language, or one word of it, with examples
      completions  Print what a shell needs to complete these commands
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Examples:
      runner scripts/cat_facts.rhai                  the show on a local channel, no AWS
      account needed
      runner scripts/cat_facts.rhai <channel-arn>    the same show on Amazon IVS
      runner show.rhai <arn>@Europe/Paris <arn>      one show on two channels, each with its
      own state
      runner local                                   only the local channel, for any AWS SDK
      runner put local '{"text":"hello"}'            one payload, by hand
      runner watch <playback-url>                    what viewers of a stream get

    Save the script while the show is on air: the new version takes over within
    milliseconds, and if it
    has a mistake the running one goes on.

    Exit codes: 0 fine · 1 the show failed · 2 usage · 3 the outside world refused
    ----- stderr -----
    "#);
}

#[test]
fn helps_who_types_nothing() {
    let ended = House::with("").do_in(&[]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("Usage: runner [run] <SCRIPT> [CHANNEL]..."), "{ended}");
}

#[test]
fn helps_to_run() {
    let help = typed(&["run", "--help"]);
    let (flags, examples) = help.split_once("\nExamples:\n").expect("it has examples");
    assert!(typed(&["--help"]).ends_with(examples), "they are those of all");
    insta::assert_snapshot!(flags, @r#"
    exit code: 0
    ----- stdout -----
    Run a show script on one or more channels (the word `run` may be left out)

    Usage: runner run [OPTIONS] <SCRIPT> [CHANNEL]...

    Arguments:
      <SCRIPT>      The show script, a .rhai file
      [CHANNEL]...  `local` (the default) or the ARN of an IVS channel; `ARN@Europe/Paris`
                    gives it its own zone, `ARN@key=value` its own argument

    Options:
          --profile <NAME>        The AWS profile to take credentials from
          --endpoint-url <URL>    Where the IVS API is, instead of AWS
                                  (`AWS_ENDPOINT_URL_IVS` is honoured too)
          --port <PORT>           The port of the player page and the local channel
                                  [default: 5001, or the next free one]
          --bind <ADDRESS>        The address they listen on [default: 127.0.0.1]
          --open                  Open the player page in the browser
          --clip <FILE>           The video that the local channel plays over and over, its
                                  first minute; any file that the ffmpeg on the PATH can
                                  read [default: a test picture]
          --timezone <ZONE>       The zone of times that name none; wins over the script's
                                  `timezone(…)`
          --seed <NUMBER>         The seed of the show's randomness: the same seed gives the
                                  same draws [default: a new one]
          --set <KEY=VALUE>       An argument the script reads as `args.key`; JSON where it
                                  is JSON, else text; repeatable
          --allow-net <HOST>      A host that the script may fetch from: `api.example.com`,
                                  `api.example.com:8443`, or `http://127.0.0.1:8000` without
                                  TLS; repeatable
          --secret <NAME>         An environment variable that the script may send along as
                                  `secret("NAME")`; repeatable
          --facts <DIR>           The folder of facts [default: `facts/` beside the script's
                                  folder, or in it]
          --data <DIR>            The folder of state and journal [default: `.runner/`
                                  beside the script]
          --journal <PATH>        The file that every event is written to [default:
                                  `journal.jsonl` in the data folder]
          --fresh                 Begin with empty state and undrawn facts
          --json                  One JSON object per event on stdout, for machines
          --quiet                 Only what went wrong, on stderr
          --for <DURATION>        End the show cleanly after this long: `90s`, `1h30m`
          --same-show <DURATION>  An offline gap shorter than this is the same broadcast
                                  [default: 10m]
          --desk <ADDRESS:PORT>   Where the operator's desk listens [default:
                                  127.0.0.1:5002, or the next free port]
          --desk-token <TOKEN>    The desk's token [default: a new one at each start] [env:
                                  RUNNER_DESK_TOKEN]
      -h, --help                  Print help
    "#);
}

#[test]
fn helps_to_check() {
    insta::assert_snapshot!(typed(&["check", "--help"]), @r#"
    exit code: 0
    ----- stdout -----
    Look for mistakes in scripts before air, and rehearse the first hour of each

    Usage: runner check [OPTIONS] <SCRIPT|DIR>...

    Arguments:
      <SCRIPT|DIR>...  Show scripts, or folders of them

    Options:
          --timezone <ZONE>    The zone of times that name none; wins over the script's
                               `timezone(…)`
          --seed <NUMBER>      The seed of all randomness: the same seed gives the same
                               evening [default: 1]
          --set <KEY=VALUE>    An argument the script reads as `args.key`; JSON where it is
                               JSON, else text; repeatable
          --facts <DIR>        The folder of facts [default: `facts/` beside the script's
                               folder, or in it]
          --answer <URL=FILE>  What `fetch_json` gets from an address: the JSON of a file; a
                               secret in the address is `$NAME`; repeatable
          --allow-net <HOST>   Taken as by `run`; a rehearsal asks no host
          --secret <NAME>      Taken as by `run`; in a rehearsal a secret is only its name
          --start <TIME>       When the rehearsal begins: `2026-12-31T20:00` in the show's
                               zone, or with an offset from UTC [default: now]
          --json               One JSON object per finding and per file on stdout
      -h, --help               Print help

    Each script is compiled and looked through, then its first hour is rehearsed on a
    virtual clock; what does not fire by itself in it is fired once. Nothing is sent, and
    nothing is kept. Every mistake has its line and a caret, and a hint where there is one
    to give. Of each cue it shows in words when it fires, and the bytes of its largest
    payload. A script of functions only is a library. Of a folder its .rhai files are
    checked; those that end with _test.rhai are left to `runner test`.

    Examples:
      runner check scripts/cat_facts.rhai
      runner check scripts/                              all scripts of a folder
      runner check --start 2026-12-31T20:00 show.rhai    as if the show began then
      runner check --json scripts/ | jq 'select(.type == "finding")'

    With --json, one object a line. For each finding:
      type (finding), gravity (error, warning), file, line, column, message, hint, cue,
      source (the line's text)
    and after those of a file:
      type (file), file, is (show, library, broken), zone, functions (of a library),
      errors, warnings, more (findings beyond those that are told), and cues: a list of
      cue, line, triggers, when (in words), calls, payloads, bytes_max, next (of a cron),
      refused (what the handler threw at data that the rehearsal had made up)

    Exit codes: 0 nothing found · 1 anything found, a warning too · 2 usage, no such script
    ----- stderr -----
    "#);
}

#[test]
fn helps_with_what_is_next() {
    insta::assert_snapshot!(typed(&["next", "--help"]), @r#"
    exit code: 0
    ----- stdout -----
    List when the cues of a show will fire

    Usage: runner next [OPTIONS] <SCRIPT>

    Arguments:
      <SCRIPT>  The show script

    Options:
          --count <NUMBER>   How many fires, of all cues together [default: 20]
          --timezone <ZONE>  The zone of times that name none; wins over the script's
                             `timezone(…)`
          --seed <NUMBER>    The seed of all randomness: the same seed gives the same
                             evening [default: 1]
          --set <KEY=VALUE>  An argument the script reads as `args.key`; JSON where it is
                             JSON, else text; repeatable
          --facts <DIR>      The folder of facts [default: `facts/` beside the script's
                             folder, or in it]
          --start <TIME>     When the show begins, and its broadcast: `2026-12-31T20:00` in
                             the show's zone, or with an offset from UTC [default: now]
          --json             One JSON object per fire on stdout
      -h, --help             Print help

    The times are those of the schedule alone: no handler runs, so what handlers fire, arm,
    disarm or call by `after` is not among them. The broadcast begins with the show, and
    `stream_at` counts from there. What has no time of its own is named below: cues fired
    by hand, and `on(…)`.

    Examples:
      runner next scripts/hourly_poll.rhai
      runner next --count 5 --timezone America/New_York scripts/hourly_poll.rhai
      runner next --start 2026-12-31T20:00 show.rhai     as if the show began then

    With --json, one object a fire:
      at, local, in_ms (from the start), cue, when (in words)

    Exit codes: 0 fine · 1 the script has mistakes, which `runner check` explains · 2 usage
fn helps_to_simulate() {
    let help = typed(&["simulate", "--help"]);
    let (flags, more) = help.split_once("\nThe run sheet").expect("it says what that is");
    assert!(more.contains("Examples:") && more.contains("Exit codes: 0 fine"), "{more}");
    insta::assert_snapshot!(flags, @r#"
    exit code: 0
    ----- stdout -----
    Play a whole evening at once: what is sent when, how close to the limits

    Usage: runner simulate [OPTIONS] <SCRIPT>

    Arguments:
      <SCRIPT>  The show script, a .rhai file

    Options:
          --for <DURATION>        How long the evening lasts: `90s`, `5h` [default: 3h]
          --start <TIME>          When it begins: `2026-12-31T20:00` in the show's zone, or
                                  with an offset [default: now, to the full minute]
          --viewers <NUMBER>      How many viewers there are at the most [default: 1000]
          --on-air <FROM..TO>     The channel is on air only then: `20:00..22:00` or
                                  `5m..2h`; repeatable
          --off-air <FROM..TO>    The channel is off air then; repeatable
          --faults                Throttling, an outage, a lost answer and a change of the
                                  clock, each at a time by the seed
          --go <CUE@TIME[=JSON]>  A cue the operator fires, and when: `intro@20:45`,
                                  `score@45m={"team":"reds"}`; repeatable
          --timezone <ZONE>       The zone of times that name none; wins over the script's
                                  `timezone(…)`
          --seed <NUMBER>         The seed of all randomness: the same seed gives the same
                                  evening [default: 1]
          --set <KEY=VALUE>       An argument the script reads as `args.key`; JSON where it
                                  is JSON, else text; repeatable
          --facts <DIR>           The folder of facts [default: `facts/` beside the script's
                                  folder, or in it]
          --answer <URL=FILE>     What `fetch_json` gets from an address: the JSON of a
                                  file; a secret in the address is `$NAME`; repeatable
          --allow-net <HOST>      Taken as by `run`; a rehearsal asks no host
          --secret <NAME>         Taken as by `run`; in a rehearsal a secret is only its name
          --json                  The timeline as JSON lines: a head, the events as in the
                                  journal, a summary
          --golden <FILE>         Compare with the timeline kept in this file; what is not
                                  given here is as it was there
          --update                Write the golden anew
          --quiet                 Only the summary
          --html <FILE>           Write a picture of the evening into this file, one page
                                  that needs no other
          --replay <JOURNAL>      Play a past evening again, from its journal, and show what
                                  would have been different
          --run <NUMBER>          Which run of the journal [default: the last]
      -h, --help                  Print help
    "#);
}

#[test]
fn helps_with_state() {
    insta::assert_snapshot!(typed(&["state", "--help"]), @"
    exit code: 0
    ----- stdout -----
    Show what a show keeps across edits and restarts, or empty it

    Usage: runner state [OPTIONS] [SCRIPT]

    Arguments:
      [SCRIPT]  The show script; every show of the data folder without it

    Options:
          --clear       Empty it: state, drawn facts, places in time and waiting payloads
          --data <DIR>  The folder of state and journal [default: `.runner/` beside the
                        script, or here]
      -h, --help        Print help
    ----- stderr -----
    ");
}

#[test]
fn helps_with_tests() {
    insta::assert_snapshot!(typed(&["test", "--help"]), @r#"
    exit code: 0
    ----- stdout -----
    Run the tests of show scripts, on the virtual clock

    Usage: runner test [OPTIONS] [SCRIPT|DIR]... [-- <NAME>...]

    Arguments:
      [SCRIPT|DIR]...  Scripts with tests, and folders of them [default: the current folder]
      [NAME]...        Only tests whose name holds one of these

    Options:
          --timezone <ZONE>  The zone of times that name none; wins over the script's
                             `timezone(…)`
          --seed <NUMBER>    The seed of all randomness: the same seed gives the same
                             evening [default: 1]
          --set <KEY=VALUE>  An argument the script reads as `args.key`; JSON where it is
                             JSON, else text; repeatable
          --facts <DIR>      The folder of facts [default: `facts/` beside the script's
                             folder, or in it]
          --watch            Run again whenever a script, a test or a file they read is
                             saved
          --json             One JSON object per test on stdout, for machines
      -h, --help             Print help

    A test is a function called `test_…`, in the show's own script or beside it in
    `<show>_test.rhai`. Each runs on a fresh show, which begins at 2026-01-01T20:00:00 in
    its own zone; no time is waited for, and nothing is sent anywhere. A test leads the
    show and looks at it:

      fn test_sends_every_ten_seconds() {
          advance("30s");
          assert_eq(sent().len(), 4);
          assert_eq(screen().poll.answers["1"], "True");
      }

    Examples:
      runner test                           all tests below this folder
      runner test scripts/cat_facts.rhai    those of one show
      runner test scripts/ -- poll          those with `poll` in their name
      runner test scripts/ --watch          again after each save

    Exit codes: 0 all passed · 1 one failed, or there is none · 2 usage
    ----- stderr -----
    "#);
}

#[test]
fn helps_with_new_shows() {
    insta::assert_snapshot!(typed(&["new", "--help"]), @"
    exit code: 0
    ----- stdout -----
    Write a new show script, its tests and what it reads, from a template

    Usage: runner new [OPTIONS] <NAME>

    Arguments:
      <NAME>  The show's name, perhaps with folders before it: `my_show`, `shows/friday`

    Options:
          --template <TEMPLATE>  What it is made from [default: facts]
          --dir <DIR>            Where it is written [default: the current folder]
      -h, --help                 Print help

    Templates:
      facts         a fact every ten seconds, as a true-or-false question
      poll          polls with their results, when the operator says so
      quiz          questions with a right answer, and the best players
      products      product cards, one after the other
      scoreboard    a score box for two teams
      countdown     a countdown to the show, then a welcome

    Examples:
      runner new my_show                            a show with its tests and facts
      runner new shows/friday --template products   in a folder
      runner new friday --dir ~/shows               in a folder elsewhere

    No file that is there is written over.

    Exit codes: 0 written · 2 usage
    ----- stderr -----
    ");
}

#[test]
fn helps_with_the_local_channel() {
    insta::assert_snapshot!(typed(&["local", "--help"]), @"
    exit code: 0
    ----- stdout -----
    Serve only the local channel: a stand-in for IVS that boto3, the AWS CLI and the SDKs
    accept

    Usage: runner local [OPTIONS]

    Options:
          --port <PORT>     The port of the player page and the local channel [default:
                            5001, or the next free one]
          --bind <ADDRESS>  The address they listen on [default: 127.0.0.1]
          --open            Open the player page in the browser
          --clip <FILE>     The video that the local channel plays over and over, its first
                            minute; any file that the ffmpeg on the PATH can read [default:
                            a test picture]
      -h, --help            Print help
    ----- stderr -----
    ");
}

#[test]
fn helps_with_channels() {
    insta::assert_snapshot!(typed(&["channels", "--help"]), @"
    exit code: 0
    ----- stdout -----
    List an account's channels, and which of them are live

    Usage: runner channels [OPTIONS]

    Options:
          --profile <NAME>      The AWS profile to take credentials from
          --endpoint-url <URL>  Where the IVS API is, instead of AWS (`AWS_ENDPOINT_URL_IVS`
                                is honoured too)
          --region <REGION>     The AWS region to look in [default: the profile's]
          --json                One JSON object per channel on stdout
      -h, --help                Print help
    ----- stderr -----
    ");
}

#[test]
fn helps_to_put() {
    insta::assert_snapshot!(typed(&["put", "--help"]), @"
    exit code: 0
    ----- stdout -----
    Send one payload to a channel

    Usage: runner put [OPTIONS] <CHANNEL> <JSON|->

    Arguments:
      <CHANNEL>  The channel's ARN, or `local` for a `runner local` that runs on this
                 machine
      <JSON|->   The payload, 1 to 1,024 bytes; `-` reads it from standard input

    Options:
          --profile <NAME>      The AWS profile to take credentials from
          --endpoint-url <URL>  Where the IVS API is, instead of AWS (`AWS_ENDPOINT_URL_IVS`
                                is honoured too)
      -h, --help                Print help
    ----- stderr -----
    ");
}

#[test]
fn helps_to_watch() {
    insta::assert_snapshot!(typed(&["watch", "--help"]), @"
    exit code: 0
    ----- stdout -----
    Print the timed metadata of any HLS stream as it comes: what viewers get

    Usage: runner watch [OPTIONS] <PLAYBACK-URL>

    Arguments:
      <PLAYBACK-URL>  The address of the playlist: a channel's `playbackUrl`

    Options:
          --json            One JSON object per frame on stdout, the rest on stderr
          --all             Frames of all owners, not only those that IVS puts in
          --for <DURATION>  End after this long: `90s`, `1h30m`
      -h, --help            Print help

    Each line has the time, the player's time since the watch began, how long after the
    picture was taken it came (where the playlist says when), its bytes and its text. The
    newest segment is read, and all after it, at the lowest bandwidth there is: MPEG-TS or
    fragmented MP4. A stream off air is waited for; one that ends, ends the watch.

    Examples:
      runner watch http://127.0.0.1:5001/local/playback.m3u8    the local channel
      runner watch --json --for 1m <URL>                        a minute, for a program
      runner watch --all <URL>                                  other owners' frames, too

    Exit codes: 0 over, or ended by --for or Ctrl-C · 2 usage · 3 not there, or not readable
    ----- stderr -----
    ");
}

#[test]
fn helps_with_the_language() {
    insta::assert_snapshot!(typed(&["reference", "--help"]), @r#"
    exit code: 0
    ----- stdout -----
    Print the show language, or one word of it, with examples

    Usage: runner reference [OPTIONS] [WORD]

    Arguments:
      [WORD]  One word or topic: `every`, `state`, `duration`; all of them without it

    Options:
          --json         One JSON document on stdout, for machines
          --definitions  The definitions for editors, as in `scripts/showrunner.d.rhai`
      -h, --help         Print help

    Examples:
      runner reference every              one word
      runner reference | less             all of it
      runner reference --definitions > showrunner.d.rhai

    The same, to be read in a browser: scripts/README.md
    ----- stderr -----
    "#);
}

#[test]
fn helps_with_completions() {
    insta::assert_snapshot!(typed(&["completions", "--help"]), @r#"
    exit code: 0
    ----- stdout -----
    Print what a shell needs to complete these commands

    Usage: runner completions <SHELL>

    Arguments:
      <SHELL>  The shell [possible values: bash, elvish, fish, powershell, zsh]

    Options:
      -h, --help  Print help

    Examples:
      source <(runner completions bash)                     in ~/.bashrc
      source <(runner completions zsh)                      in ~/.zshrc, after compinit
      runner completions fish > ~/.config/fish/completions/runner.fish
    ----- stderr -----
    "#);
}
