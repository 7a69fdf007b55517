//! The model of rule 5: which references a clear lets go of, by the way that leads to them.

/// How far a clear has come on its way to a part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It does not come here.
    Outside,
    /// It looks at the part by a shared reference.
    Shared,
    /// It has the part to itself.
    Exclusive,
    /// It has taken out what the part is in.
    Taken,
}

/// Where a part of a value lies, for a class that can be borrowed mutably and for a frozen one.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    mutable: State,
    frozen: State,
}

impl Default for Reach {
    fn default() -> Self {
        Self { mutable: State::Exclusive, frozen: State::Shared }
    }
}

impl Reach {
    fn map(self, step: impl Fn(State) -> State) -> Self {
        Self { mutable: step(self.mutable), frozen: step(self.frozen) }
    }

    /// Into a field, a box, a variant: nothing changes.
    #[must_use]
    pub fn place(self) -> Self {
        self
    }

    /// Into what is emptied as a whole, and whose content can be looked at.
    #[must_use]
    pub fn emptied(self) -> Self {
        self.map(|state| if state == State::Exclusive { State::Taken } else { state })
    }

    /// Into what is emptied as a whole, and whose content must not change in its place.
    #[must_use]
    pub fn keyed(self) -> Self {
        self.emptied().map(|state| if state == State::Shared { State::Outside } else { state })
    }

    /// Into a cell or a lock, where a shared reference is as good as an exclusive one.
    #[must_use]
    pub fn cell(self) -> Self {
        self.map(|state| if state == State::Shared { State::Exclusive } else { state })
    }

    /// Into what gives out shared references only.
    #[must_use]
    pub fn pinned(self) -> Self {
        self.map(|state| if state == State::Exclusive { State::Shared } else { state })
    }

    /// Into an object of its own, which is cleared through a shared reference, whatever the class around its owner is.
    #[must_use]
    pub fn shared(self) -> Self {
        Self { mutable: State::Shared, frozen: State::Shared }
    }

    /// Whether clearing lets go of a `Py<PyAny>` here: (in a class that can be borrowed mutably, in a frozen one).
    #[must_use]
    pub fn lets_go(self) -> (bool, bool) {
        let by = |state| matches!(state, State::Exclusive | State::Taken);
        (by(self.mutable), by(self.frozen))
    }

    /// The same for any other `Py`, which has no empty value: only what is around it can be emptied.
    #[must_use]
    pub fn lets_go_of_the_rest(self) -> (bool, bool) {
        (self.mutable == State::Taken, self.frozen == State::Taken)
    }
}
