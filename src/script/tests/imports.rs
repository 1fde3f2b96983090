//! Imports of other scripts.

use super::rig::{Rig, payloads};
use crate::model::file::{FileKind, FileRef};
use crate::script::api::Loaded;

const LIB: &str = "const NAME = \"lib\";\nfn hello(who) { `hello ${who}` }\nfn bad() {\n  \
                   throw \"broken\"\n}\n\
                   fn later() { after(\"1s\", || put_metadata(hello(\"x\"))); }";

fn rig() -> Rig {
    let mut rig = Rig::new();
    rig.file(FileKind::Script, "lib", LIB);
    rig
}

#[test]
fn imports_are_asked_for_all_at_once() {
    let mut rig = Rig::new();
    let text = "import \"lib\" as lib;\nimport \"other.rhai\" as other;\ncue(\"c\", || 1);";
    let Loaded::Needs(files) = rig.try_load(text) else { panic!("they are not read yet") };
    let script = |name: &str| FileRef { kind: FileKind::Script, name: name.to_owned() };
    assert_eq!(files, [script("lib"), script("other")]);
}

#[test]
fn handlers_use_what_was_imported() {
    let mut rig = rig();
    let ready = rig.load(
        "import \"lib\" as lib;\ncue(\"c\", || put_metadata(lib::hello(\"you\")));\n\
         cue(\"d\", || lib::later());",
    );
    assert_eq!(payloads(&rig.call(&ready, "c")), ["hello you"]);
    assert_eq!(rig.call(&ready, "d").wishes.len(), 1);
    assert!(ready.files.iter().any(|file| file.name == "lib"));
}

#[test]
fn errors_name_the_imported_file() {
    let mut rig = rig();
    let ready = rig.load("import \"lib\" as lib;\ncue(\"c\", || lib::bad());");
    let error = rig.failure(&ready, "c");
    assert_eq!((error.script.as_str(), error.line), ("lib.rhai", 4));
    assert_eq!((error.message.as_str(), error.source.as_str()), ("broken", "  throw \"broken\""));
}

#[test]
fn mistakes_in_imports_are_found() {
    let mut rig = Rig::new();
    rig.file(FileKind::Script, "lib", "fn f() {\n  random_fct(\"cats\")\n}");
    let errors = rig.mistakes("import \"lib\" as lib;\ncue(\"c\", || lib::f());");
    assert_eq!((errors[0].script.as_str(), errors[0].line), ("lib.rhai", 2));
    rig.file(FileKind::Script, "lib", "fn f( {");
    let errors = rig.mistakes("import \"lib\" as lib;\ncue(\"c\", || lib::f());");
    assert_eq!((errors[0].script.as_str(), errors[0].line), ("lib.rhai", 1));
}

#[test]
fn what_cannot_be_imported() {
    let mut rig = Rig::new();
    rig.file(FileKind::Script, "a", "import \"b\" as b;");
    rig.file(FileKind::Script, "b", "import \"a\" as a;");
    let errors = rig.mistakes("import \"a\" as a;\ncue(\"c\", || 1);");
    assert!(errors[0].message.contains("imported by a script that it imports"), "{}", errors[0]);
    for path in ["../x", "/x"] {
        let errors = rig.mistakes(&format!("import \"{path}\" as x;\ncue(\"c\", || 1);"));
        assert!(errors[0].message.contains("is no path"), "{}", errors[0]);
    }
    let mut rig = rig_with_lib();
    let errors = rig.mistakes("import \"lib\" as lib;\ncue(\"c\", || lib::helo(\"x\"));");
    assert!(errors[0].to_string().contains("did you mean `hello`"), "{}", errors[0]);
}

fn rig_with_lib() -> Rig {
    rig()
}
