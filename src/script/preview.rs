//! Calls a handler as it would be called, and keeps nothing of it.

use rhai::Dynamic;

use super::api::{Call, Previewed, View, Wish};
use super::generation::{Generation, Handler};
use super::secret_text;
use super::show_host::Host;

/// What a closure shares with the script around it, as it was before a call.
struct Captured(Vec<(Dynamic, Dynamic)>);

impl Captured {
    fn of(handler: &Handler) -> Self {
        let shared = handler.inner.function.iter_curry().filter(|value| value.is_shared());
        Self(shared.map(|value| (value.clone(), value.clone().flatten())).collect())
    }

    fn put_back(self) {
        for (mut shared, before) in self.0 {
            if let Some(mut value) = shared.write_lock::<Dynamic>() {
                *value = before;
            }
        }
    }
}

impl Host {
    /// What a handler would send, or why it would fail: `state`, draws, randomness and what its
    /// closure holds are as before. What it reads of votes has to be in the view.
    pub fn preview(
        &mut self,
        generation: &Generation,
        handler: &Handler,
        call: &Call,
        view: &View<'_>,
    ) -> Previewed {
        let captured = Captured::of(handler);
        let ran = self.attempt(generation, handler, call, view);
        let needs = self.needs(generation);
        let ran = ran.and_then(|()| secret_text::check(&self.stage));
        let ran = ran.and_then(|()| Ok(self.changed_state(view)?));
        let wishes = std::mem::take(&mut self.stage.get().draft.wishes);
        drop(self.undo());
        captured.put_back();
        if !needs.is_empty() {
            return Previewed::Needs(needs);
        }
        match ran {
            Ok(_) => {
                let puts = wishes.into_iter().filter_map(|wish| match wish {
                    Wish::Put(put) => Some(*put),
                    Wish::After { .. }
                    | Wish::AfterCue { .. }
                    | Wish::Fetch { .. }
                    | Wish::Fire { .. }
                    | Wish::Mark(..)
                    | Wish::CancelAfter(_)
                    | Wish::Poll(_) => None,
                });
                Previewed::Sends(puts.collect())
            }
            Err(error) => Previewed::Failed(self.told(generation, handler, call, &error)),
        }
    }
}
