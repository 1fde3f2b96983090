//! Tests that cannot run, and what they keep from running: nothing else.

use super::{SHOW, house, test};

#[test]
fn a_mistake_in_a_script_of_tests() {
    let house = house("fn test_a() {\n    advanced(\"10s\");\n}");
    insta::assert_snapshot!(test(&house, &[]), @r#"
    exit code: 1
    ----- stdout -----
    running 1 test
    test show::test_a ... FAILED

    failures:

    ---- show::test_a ----
    error: `advanced` is not part of the show language
      --> show/show_test.rhai:2:5
    2 |     advanced("10s");
      |     ^^^^^^^^ did you mean `advance`?

    nothing had happened until then

    failures:
        show::test_a

    test result: FAILED. 0 passed; 1 failed; finished in [time]
    ----- stderr -----
    "#);
    house.write("show/show_test.rhai", "fn test_a() {\n    assert_eq(1, 2;\n}");
    insta::assert_snapshot!(test(&house, &[]), @"
    exit code: 1
    ----- stdout -----
    error: `,` is missing to separate the arguments to function call 'assert_eq'
      --> show/show_test.rhai:2:19
    2 |     assert_eq(1, 2;
      |                   ^ the `(` of line 2 is not closed


    failures:
        show_test.rhai: it could not run, as told above

    test result: FAILED. 0 passed; 0 failed; 1 script with mistakes; finished in [time]
    ----- stderr -----
    ");
}

#[test]
fn a_mistake_in_one_test_keeps_no_other_from_running() {
    let house = house(
        "fn test_a() {}\nfn test_b() {\n    asert(1);\n    asert(2);\n}\nfn test_c(x) {}\n\
        fn test_d() {}",
    );
    insta::assert_snapshot!(test(&house, &[]), @"
    exit code: 1
    ----- stdout -----
    running 4 tests
    test show::test_a ... ok
    test show::test_b ... FAILED
    test show::test_c ... FAILED
    test show::test_d ... ok

    failures:

    ---- show::test_b ----
    error: `asert` is not part of the show language
      --> show/show_test.rhai:3:5
    3 |     asert(1);
      |     ^^^^^ did you mean `assert`?

    error: `asert` is not part of the show language
      --> show/show_test.rhai:4:5
    4 |     asert(2);
      |     ^^^^^ did you mean `assert`?

    nothing had happened until then

    ---- show::test_c ----
    error: the test `test_c` takes arguments, and nobody gives it any
      --> show/show_test.rhai:6:14
    6 | fn test_c(x) {}
      |              ^ write `fn test_c() { … }`

    nothing had happened until then

    failures:
        show::test_b
        show::test_c

    test result: FAILED. 2 passed; 2 failed; finished in [time]
    ----- stderr -----
    ");
}

#[test]
fn a_script_with_mistakes_keeps_no_other_from_running() {
    let house = house("fn test_a() { helper(); }\nfn helper() { asert(1); }");
    house.write("show/show.rhai", &format!("{SHOW}\nfn test_own() {{ }}"));
    house.write("show/fine.rhai", SHOW);
    house.write("show/fine_test.rhai", "fn test_fine() { }");
    house.write("show/torn_test.rhai", "fn test_torn() { }");
    let ended = test(&house, &[]);
    insta::assert_snapshot!(ended, @r"
    exit code: 1
    ----- stdout -----
    error: `asert` is not part of the show language
      --> show/show_test.rhai:2:15
    2 | fn helper() { asert(1); }
      |               ^^^^^ did you mean `assert`?

    error: there is no `torn.rhai` beside it
      --> show/torn_test.rhai
    hint: a script of tests lies beside the show it tests, and is called like it, with \
      `_test` at the end

    running 2 tests
    test fine::test_fine ... ok
    test show::test_own ... ok

    failures:
        show_test.rhai: it could not run, as told above
        torn_test.rhai: it could not run, as told above

    test result: FAILED. 2 passed; 0 failed; 2 scripts with mistakes; finished in [time]
    ----- stderr -----
    ");
    let events = test(&house, &["--json"]).events();
    let broken = events.iter().filter(|event| event["event"] == "broken");
    assert_eq!(broken.count(), 2, "{events:?}");
}

#[test]
fn a_mistake_in_the_show() {
    let house = house("fn test_a() { }");
    house.write("show/show.rhai", "every(\"10s\", || put_metdata(1));");
    insta::assert_snapshot!(test(&house, &[]), @r#"
    exit code: 1
    ----- stdout -----
    error: `put_metdata` is not part of the show language
      --> show/show.rhai:1:17
    1 | every("10s", || put_metdata(1));
      |                 ^^^^^^^^^^^ did you mean `put_metadata`?


    failures:
        show.rhai: it could not run, as told above

    test result: FAILED. 0 passed; 0 failed; 1 script with mistakes; finished in [time]
    ----- stderr -----
    "#);
}
