//! Which actor has its turn next, and which thread takes it. No more threads than there are cores
//! take turns at once: more would only share the cores, and each has a heap of its own to warm and
//! to fill. When turns take long, so that nothing is taken for a while, the others help out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Weak};
use std::thread::{Thread, ThreadId};

use super::Turns;

/// What has to be done, by whom.
pub(super) struct Queue {
    /// Actors with something to do, each at most once.
    ready: VecDeque<Arc<dyn Turns>>,
    /// Threads that rest; the last one to do so is the first to be woken, while its caches, its
    /// stack and its heap are still warm, and the others need none.
    resting: Vec<Thread>,
    /// All threads.
    threads: usize,
    cores: usize,
    /// How many may take turns at once: one for each core, and one more for each time that nothing
    /// was taken though something waited.
    at_once: usize,
    /// The thread that looks whether anything is taken, or is woken to do so.
    watcher: Option<ThreadId>,
    /// Turns taken so far.
    taken: u64,
    /// All that have not ended.
    actors: BTreeMap<u64, Weak<dyn Turns>>,
    spawned: u64,
    stopping: bool,
}

/// What a thread does next.
pub(super) enum Task {
    /// It takes an actor's turn, once it has woken whoever is there.
    Turn(Arc<dyn Turns>, Option<Thread>),
    /// It looks again in a moment; so many turns were taken by now.
    Watch(u64),
    /// It is among those that rest, until it is woken.
    Rest,
    /// The pool stops, and all is done.
    End,
}

impl Queue {
    /// Of so many threads, none of which rests yet.
    pub(super) fn new(threads: usize, cores: usize) -> Self {
        Self {
            ready: VecDeque::new(),
            resting: Vec::new(),
            threads,
            cores,
            at_once: cores,
            watcher: None,
            taken: 0,
            actors: BTreeMap::new(),
            spawned: 0,
            stopping: false,
        }
    }

    /// The number of the next actor.
    pub(super) fn next_number(&mut self) -> u64 {
        self.spawned += 1;
        self.spawned
    }

    /// An actor has begun.
    pub(super) fn add(&mut self, number: u64, actor: Weak<dyn Turns>) {
        self.actors.insert(number, actor);
    }

    /// An actor has ended.
    pub(super) fn forget(&mut self, number: u64) {
        self.actors.remove(&number);
    }

    /// All actors that have not ended.
    pub(super) fn actors(&self) -> Vec<Arc<dyn Turns>> {
        self.actors.values().filter_map(Weak::upgrade).collect()
    }

    /// An actor has something to do; the thread to be woken for it.
    pub(super) fn push(&mut self, actor: Arc<dyn Turns>) -> Option<Thread> {
        self.ready.push_back(actor);
        self.wake()
    }

    /// What a thread does next that has nothing to do.
    pub(super) fn task(&mut self, thread: Thread) -> Task {
        // Parking may end by itself.
        self.resting.retain(|resting| resting.id() != thread.id());
        let is_watcher = self.watcher == Some(thread.id());
        let may_take = self.stopping || !is_watcher && self.awake() <= self.at_once;
        if may_take && let Some(actor) = self.ready.pop_front() {
            self.taken += 1;
            return Task::Turn(actor, self.wake());
        }
        if self.ready.is_empty() {
            if self.stopping {
                return Task::End;
            }
            let others = self.awake() - usize::from(!is_watcher);
            self.at_once = self.cores.max(others);
            if is_watcher {
                // It took nothing: whoever did is warmer.
                self.watcher = None;
                self.resting.insert(0, thread);
                return Task::Rest;
            }
        } else if is_watcher || self.watcher.is_none() {
            self.watcher = Some(thread.id());
            return Task::Watch(self.taken);
        }
        self.resting.push(thread);
        Task::Rest
    }

    /// What the thread does next that looked, when this many turns had been taken, and looks again.
    pub(super) fn watched(&mut self, thread: Thread, taken: u64) -> Task {
        if self.taken == taken && !self.ready.is_empty() {
            self.watcher = None;
            self.at_once += 1;
        }
        self.task(thread)
    }

    /// From now on threads end when nothing is left to do; all that are to be woken for it.
    pub(super) fn stop(&mut self) -> Vec<Thread> {
        self.stopping = true;
        std::mem::take(&mut self.resting)
    }

    /// Threads that take turns, or are about to.
    fn awake(&self) -> usize {
        self.threads - self.resting.len() - usize::from(self.watcher.is_some())
    }

    /// The thread to be woken where something waits: to take it or, where as many as may are at it,
    /// to look whether they get on.
    fn wake(&mut self) -> Option<Thread> {
        if self.ready.is_empty() {
            return None;
        }
        if self.awake() < self.at_once {
            return self.resting.pop();
        }
        if self.watcher.is_some() {
            return None;
        }
        let watcher = self.resting.pop()?;
        self.watcher = Some(watcher.id());
        Some(watcher)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Shared;
    use super::*;

    struct Idle;

    impl Turns for Idle {
        fn take_turn(self: Arc<Self>, _: &Shared) {}
        fn close(self: Arc<Self>, _: &Shared) {}
    }

    /// A queue of two cores and four threads that rest, the first to be woken first.
    fn resting() -> (Queue, [Thread; 4]) {
        let threads = [(); 4].map(|()| {
            let spawned = std::thread::spawn(|| ());
            let thread = spawned.thread().clone();
            spawned.join().expect("it does nothing");
            thread
        });
        let mut queue = Queue::new(4, 2);
        for thread in threads.iter().rev() {
            assert!(matches!(queue.task(thread.clone()), Task::Rest));
        }
        (queue, threads)
    }

    fn push(queue: &mut Queue) -> Option<std::thread::ThreadId> {
        queue.push(Arc::new(Idle)).map(|thread| thread.id())
    }

    #[test]
    fn two_cores_take_two_turns_and_the_rest_in_their_order() {
        let (mut queue, [a, b, c, d]) = resting();
        assert_eq!(push(&mut queue), Some(a.id()), "the last to rest is woken first");
        assert_eq!(push(&mut queue), Some(b.id()));
        assert_eq!(push(&mut queue), Some(c.id()), "it looks whether they get on");
        assert_eq!(push(&mut queue), None);
        assert!(matches!(queue.task(a.clone()), Task::Turn(..)));
        assert!(matches!(queue.task(b), Task::Turn(..)));
        assert!(matches!(queue.task(a.clone()), Task::Turn(_, None)), "its turn was short");
        let Task::Watch(taken) = queue.task(c.clone()) else { panic!("both cores are busy") };
        assert!(matches!(queue.watched(c.clone(), taken - 1), Task::Watch(3)), "they get on");
        assert!(matches!(queue.task(d), Task::Rest), "one looks already");
        assert!(matches!(queue.task(a.clone()), Task::Turn(_, None)));
        assert!(matches!(queue.task(a.clone()), Task::Rest), "nothing is left");
        assert!(matches!(queue.watched(c, 3), Task::Rest));
        assert_eq!(push(&mut queue), Some(a.id()), "one core is free");
    }

    #[test]
    fn who_is_not_taken_for_a_while_is_helped_by_one_thread_more_each_time() {
        let (mut queue, [a, b, c, d]) = resting();
        for _ in 0..4 {
            push(&mut queue);
        }
        for thread in [a.clone(), b] {
            assert!(matches!(queue.task(thread), Task::Turn(..)));
        }
        assert!(matches!(queue.task(c.clone()), Task::Watch(2)));
        let Task::Turn(_, to_wake) = queue.watched(c, 2) else { panic!("nothing was taken") };
        assert_eq!(to_wake.map(|thread| thread.id()), Some(d.id()), "it looks from now on");
        assert!(matches!(queue.task(d.clone()), Task::Watch(3)));
        assert!(matches!(queue.watched(d.clone(), 3), Task::Turn(_, None)));
        // All four are at work. One that comes back goes on, and rests when nothing is left.
        assert_eq!(push(&mut queue), None);
        assert!(matches!(queue.task(a.clone()), Task::Turn(..)));
        assert!(matches!(queue.task(a.clone()), Task::Rest));
        assert_eq!(push(&mut queue), Some(a.id()), "three take long; a fourth looks");
        assert!(matches!(queue.task(a.clone()), Task::Watch(5)));
        assert!(matches!(queue.watched(a, 5), Task::Turn(..)));
    }

    #[test]
    fn at_the_end_all_help() {
        let (mut queue, [a, b, c, d]) = resting();
        for _ in 0..4 {
            push(&mut queue);
        }
        queue.stop();
        for thread in [a.clone(), b, c, d] {
            assert!(matches!(queue.task(thread), Task::Turn(..)));
        }
        assert!(matches!(queue.task(a), Task::End));
    }
}
