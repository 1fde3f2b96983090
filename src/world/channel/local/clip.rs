//! The video that channels show: the test picture, or any file that ffmpeg can read.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, LazyLock};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use crate::hls::HlsError;
use crate::hls::clip::Clip;
use crate::model::limits::{CLIP_CONVERT_WAIT, CLIP_MAX, CLIP_WORDS_MAX_BYTES};
use crate::world::clock::Clock;

/// How often is looked whether ffmpeg has ended.
const LOOK: Duration = Duration::from_millis(10);
/// What every file is made into: what [`Clip::parse`] wants, no larger than 720p, and no more than
/// a minute of it takes 20 MB.
const VIDEO: &[&str] = &[
    "-map",
    "0:v:0",
    "-vf",
    "scale=w='min(1280,iw)':h='min(720,ih)':force_original_aspect_ratio=decrease\
     :force_divisible_by=2,fps=30,format=yuv420p,setsar=1",
    "-c:v",
    "libx264",
    "-profile:v",
    "main",
    "-preset",
    "veryfast",
    "-maxrate",
    "2500k",
    "-bufsize",
    "2500k",
    "-crf",
    "26",
    "-bf",
    "0",
    "-g",
    "6",
    "-keyint_min",
    "6",
    "-sc_threshold",
    "0",
    "-x264-params",
    "aud=1:repeat-headers=1:open-gop=0",
    "-f",
    "h264",
];
/// A file whose sound is shorter than its pictures is silent at its end.
const AUDIO: &[&str] =
    &["-af", "apad", "-c:a", "aac", "-b:a", "96k", "-ar", "48000", "-ac", "2", "-f", "adts"];

/// Why a file cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum ClipError {
    /// The file cannot be opened.
    #[error("cannot read the clip `{}`: {source}", file.display())]
    File {
        /// What was given.
        file: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// There is nothing to convert it with.
    #[error(
        "`--clip` needs ffmpeg, which is not on the PATH\nhint: install it (Debian: `apt install \
         ffmpeg`), or leave `--clip` out to see the test picture"
    )]
    NoFfmpeg,
    /// Converting it is not possible here.
    #[error("cannot convert the clip `{}`: {source}", file.display())]
    System {
        /// What was given.
        file: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// ffmpeg finds no video in it.
    #[error(
        "the clip `{}` is no video that ffmpeg can read: {words}\nhint: try `ffmpeg -i {}` to see \
         what it finds",
        file.display(),
        file.display()
    )]
    NoVideo {
        /// What was given.
        file: PathBuf,
        /// The last line that ffmpeg said.
        words: String,
    },
    /// ffmpeg did not end.
    #[error(
        "ffmpeg did not convert the clip `{}` within {} s\nhint: give a shorter or smaller video",
        file.display(),
        CLIP_CONVERT_WAIT.as_secs()
    )]
    Slow {
        /// What was given.
        file: PathBuf,
    },
    /// What came of it cannot be played.
    #[error("the clip `{}` cannot be played: {source}", file.display())]
    Unplayable {
        /// What was given.
        file: PathBuf,
        /// What is wrong with it.
        source: HlsError,
    },
}

/// The test picture.
pub fn test_picture() -> Arc<Clip> {
    static CLIP: LazyLock<Arc<Clip>> = LazyLock::new(|| {
        let video = include_bytes!("../../../../assets/clip.h264");
        let audio = include_bytes!("../../../../assets/clip.aac");
        Arc::new(Clip::parse(video, audio).expect("the committed clip is one"))
    });
    Arc::clone(&CLIP)
}

/// The first [`CLIP_MAX`] of a file, converted by ffmpeg; this may take that long, and blocks.
pub fn of_file(file: &Path, clock: Clock) -> Result<Clip, ClipError> {
    check(file).map_err(|source| ClipError::File { file: file.to_owned(), source })?;
    let folder = tempfile::tempdir().map_err(|source| system(file, source))?;
    let ffmpeg = Ffmpeg { file, folder, clock };
    // Whatever its name looks like, it is a file.
    let mut named = OsString::from("file:");
    named.push(file);
    let input = [OsStr::new("-i"), &named];
    let video = ffmpeg.convert("video", &input, VIDEO)?;
    let sound = ffmpeg.convert("audio", &input, AUDIO);
    let audio = match sound {
        // A video without sound is one.
        Err(ClipError::NoVideo { .. }) => {
            let silence = ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"].map(OsStr::new);
            ffmpeg.convert("silence", &silence, AUDIO)?
        }
        sound => sound?,
    };
    Clip::parse(&video, &audio)
        .map_err(|source| ClipError::Unplayable { file: file.to_owned(), source })
}

/// Refuses what cannot be read, and what reading may never end of.
fn check(file: &Path) -> io::Result<()> {
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    File::open(file).map(drop)
}

struct Ffmpeg<'a> {
    file: &'a Path,
    folder: TempDir,
    clock: Clock,
}

impl Ffmpeg<'_> {
    /// Runs ffmpeg once; gives what it wrote.
    fn convert(&self, name: &str, input: &[&OsStr], how: &[&str]) -> Result<Vec<u8>, ClipError> {
        let system = |source| system(self.file, source);
        let to = self.folder.path().join(name);
        let words = self.folder.path().join("words");
        let said = File::create(&words).map_err(system)?;
        let mut command = Command::new("ffmpeg");
        command.args(["-hide_banner", "-nostdin", "-loglevel", "error", "-y"]);
        command.args(input).args(["-t", &CLIP_MAX.as_secs().to_string()]).args(how).arg(&to);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said);
        let mut child = command.spawn().map_err(|source| {
            let is_missing = source.kind() == io::ErrorKind::NotFound;
            if is_missing { ClipError::NoFfmpeg } else { system(source) }
        })?;
        let status = self.wait(&mut child)?;
        if !status.success() {
            let words = last_line(&words).map_err(system)?;
            return Err(ClipError::NoVideo { file: self.file.to_owned(), words });
        }
        std::fs::read(&to).map_err(system)
    }

    /// Waits until it ends, or ends it.
    fn wait(&self, child: &mut Child) -> Result<ExitStatus, ClipError> {
        let begun = self.clock.up();
        while self.clock.up() - begun < CLIP_CONVERT_WAIT {
            match child.try_wait() {
                Ok(None) => sleep(LOOK),
                Ok(Some(status)) => return Ok(status),
                Err(source) => return Err(system(self.file, source)),
            }
        }
        // It may have ended by itself in the meantime.
        let _ = child.kill();
        let _ = child.wait();
        Err(ClipError::Slow { file: self.file.to_owned() })
    }
}

fn system(file: &Path, source: io::Error) -> ClipError {
    ClipError::System { file: file.to_owned(), source }
}

/// The last thing that was said: what came before it led there.
fn last_line(words: &Path) -> io::Result<String> {
    let mut text = Vec::new();
    File::open(words)?.take(CLIP_WORDS_MAX_BYTES).read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    Ok(text.lines().last().unwrap_or("it says nothing").trim().to_owned())
}
