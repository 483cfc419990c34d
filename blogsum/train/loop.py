"""The training loop, top to bottom: gradients, step, look at dev, checkpoint. Knows neither files nor texts.

Every step is a function of the recipe, the data and the weights before it; a run that goes on from a checkpoint
therefore ends in the same weights as one that was never stopped (on a CPU in fp32: bit for bit).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Protocol

from blogsum.errors import INTERRUPTED, Stopped, UserError
from blogsum.store.runs import CHECKPOINTS, METRICS, SAMPLES, Run, resume_hint
from blogsum.train import checkpoints, optimizer
from blogsum.train.base import trainable
from blogsum.train.batches import Batch, Batches
from blogsum.train.machine import enough_memory
from blogsum.train.network import Network, put
from blogsum.train.recipe import Recipe
from blogsum.train.stop import Stop

_SLOW = 0.95  # share of the old in the smoothed loss
_EARLY = 10  # steps whose mean loss is where the run began
_TRY = "start again with a lower --rate (a third), a longer --warm-up, or --precision fp32"


class StopAskedError(Exception):
    """A signal came while dev was looked at."""


class Watch(Protocol):
    """Who follows a run."""

    def step(self, record: Mapping[str, Any], steps: int) -> None:
        """A step was done."""

    def judged(self, record: Mapping[str, Any]) -> None:
        """Dev was looked at."""

    def note(self, text: str) -> None:
        """Something that a person should read."""

    def expected(self, text: str) -> None:
        """What the run will take."""


class Nobody:
    """Follows a run and says nothing."""

    def step(self, record: Mapping[str, Any], steps: int) -> None:
        """A step was done."""

    def judged(self, record: Mapping[str, Any]) -> None:
        """Dev was looked at."""

    def note(self, text: str) -> None:
        """Something that a person should read."""

    def expected(self, text: str) -> None:
        """What the run will take."""


Look = Callable[[int], Mapping[str, Any]]  # step -> what dev says; its "value" chooses the best, higher is better


@dataclass
class State:
    """Where a run is: all that a checkpoint must know besides weights and optimizer.

    ``step`` counts the steps done, ``looked`` is the step at which dev was looked at last. ``first`` are the losses of
    the first steps, ``smooth`` the smoothed loss.
    """

    step: int = 0
    looked: int = 0
    best_step: int = 0
    best_value: float | None = None
    misses: int = 0
    smooth: float | None = None
    first: list[float] = field(default_factory=list)
    done: bool = False


@dataclass(frozen=True)
class Plan:
    """The batches of a run: of weakly labelled pairs first, if there are any, then those of the posts themselves."""

    posts: Batches
    epochs: int
    every: int
    weak: Batches | None = None
    weak_epochs: int = 0

    @property
    def weak_steps(self) -> int:
        """Steps of the first stage."""
        return self.weak.per_epoch * self.weak_epochs if self.weak else 0

    @property
    def steps(self) -> int:
        """All steps."""
        return self.weak_steps + self.posts.per_epoch * self.epochs

    def stage(self, step: int) -> tuple[int, int]:
        """Which step of its stage a step is, from 0, and how many that stage has.

        The rate rises and falls in each: behind many weak pairs a few dozen posts would meet what is left of it.
        """
        if step < self.weak_steps:
            return step, self.weak_steps
        return step - self.weak_steps, self.steps - self.weak_steps

    def batch(self, step: int) -> Batch:
        """What stands behind a step, from 0."""
        if self.weak and step < self.weak_steps:
            return self.weak[step]
        return self.posts[step - self.weak_steps]

    def looks(self, step: int) -> bool:
        """Whether dev is looked at when ``step`` steps are done."""
        own = step - self.weak_steps
        return own > 0 and (own % (self.posts.per_epoch * self.every) == 0 or step == self.steps)


@dataclass(frozen=True)
class Loop:
    """One run under way: what is trained, by which plan, where it is kept, who judges, follows and stops it.

    ``look`` judges the weights at hand, None where there is no dev.
    """

    network: Network
    plan: Plan
    recipe: Recipe
    run: Run
    look: Look | None
    watch: Watch
    stop: Stop

    def train(self) -> State:
        """Train until the steps are done or dev gains no more; return where it ended, the best weights in the model.

        Raises UserError when the loss is no number or grows, or memory or disk do not suffice; Stopped after a signal,
        with everything saved.
        """
        parameters = trainable(self.network.model)
        mover = optimizer.make(parameters, self.recipe)
        state = self._resumed(parameters, mover)
        every = self.recipe.machine.checkpoint_every
        while not state.done:
            halted = self._looked(state, parameters)
            state.done = state.done or state.step >= self.plan.steps
            if not state.done and not halted:
                self._step(state, parameters, mover)
                halted = bool(self.network.team.total(self.stop.code))
            if halted or state.done or state.step % every == 0:
                self._save(state, parameters, mover)
            if halted and not state.done:
                raise self._stopped(state)
        self.network.team.told(None)  # the first process has written the best
        if state.best_step:
            if self.network.team.leads:
                put(parameters, checkpoints.load_best(self.run.folder / CHECKPOINTS, state.best_step))
            self.network.team.spread(parameters)
        return state

    def _looked(self, state: State, parameters: Mapping[str, Any]) -> bool:
        """Look at dev when it is time, and keep the weights when they are the best; whether a signal came meanwhile."""
        if self.look is None or not self.plan.looks(state.step) or state.looked == state.step:
            return False
        try:
            found = dict(self.look(state.step))
        except StopAskedError:
            return True
        better = _judge(state, found["value"], self.recipe.judging.patience)
        if self.network.team.leads:
            if better:
                checkpoints.save_best(self.run.folder / CHECKPOINTS, state.step, parameters)
            record = {"step": state.step, **found, "best": state.best_step}
            self.run.append(METRICS, record)
            self.watch.judged(record)
        return False

    def _step(self, state: State, parameters: Mapping[str, Any], mover: Any) -> None:
        """Gradients of one batch, and the weights moved along them."""
        training = self.recipe.training
        rate = optimizer.rate_at(*self.plan.stage(state.step), self.recipe)
        with enough_memory(f"at step {state.step + 1}"):
            chance = ("dropout", training.seed, state.step)
            loss = self.network.gradients(self.plan.batch(state.step), training.label_smoothing, chance)
            self.network.team.add_up(parameters)
            norm = self.network.team.clipped(parameters)
            _refuse_nan(loss, norm, state.step + 1)
            optimizer.turn(mover, rate)
            mover.step()
            mover.zero_grad(set_to_none=True)
        state.step += 1
        refuse_divergence(state, loss)
        if self.network.team.leads:
            record = {"step": state.step, "loss": round(loss, 6), "rate": rate, "norm": round(norm, 4)}
            self.run.append(METRICS, record)
            self.watch.step(record, self.plan.steps)

    def _resumed(self, parameters: Mapping[str, Any], mover: Any) -> State:
        """The state of the last whole checkpoint, its weights and moments in place; a fresh one when there is none."""
        state = State()
        found = checkpoints.load(self.run.folder / CHECKPOINTS)
        if found is not None:
            if found.tensors.keys() != parameters.keys():
                raise UserError(f"the checkpoints of {self.run.name} hold other weights than the recipe trains")
            put(parameters, found.tensors)
            mover.load_state_dict(found.optimizer)
            state = State(**found.state)
        if self.network.team.leads:
            for wrong in found.damaged if found else ():
                self.watch.note(f"{wrong}; going on from step {state.step}")
            for name in (METRICS, SAMPLES):
                self.run.cut(name, partial(_stands, state))
        return state

    def _save(self, state: State, parameters: Mapping[str, Any], mover: Any) -> None:
        if self.network.team.leads:
            checkpoints.save(self.run.folder / CHECKPOINTS, asdict(state), parameters, mover.state_dict())

    def _stopped(self, state: State) -> Stopped:
        code = self.stop.code or INTERRUPTED  # it may have been another process that was told
        where = f"step {state.step} of {self.plan.steps}"
        return Stopped(f"stopped and saved after {where}; {resume_hint(self.run)}", code)


def _stands(state: State, record: Mapping[str, Any]) -> bool:
    """Whether a line of the run's files is of what was done at ``state``; looks have no loss of a step."""
    return bool(record["step"] <= (state.step if "norm" in record else state.looked))


def _judge(state: State, value: float, patience: int) -> bool:
    """Take over what dev says; whether it is the best so far."""
    state.looked = state.step
    if state.best_value is None or value > state.best_value:
        state.best_value, state.best_step, state.misses = value, state.step, 0
        return True
    state.misses += 1
    state.done = bool(patience) and state.misses >= patience
    return False


def _refuse_nan(loss: float, norm: float, step: int) -> None:
    if not math.isfinite(loss) or not math.isfinite(norm):
        what = f"the loss is {loss}" if not math.isfinite(loss) else f"the gradients are {norm} long"
        raise UserError(f"step {step}: {what}: the weights would be lost", hint=_TRY)


def refuse_divergence(state: State, loss: float) -> None:
    """UserError when the smoothed loss stands well above where the run began."""
    if len(state.first) < _EARLY:
        state.first.append(loss)
    state.smooth = loss if state.smooth is None else _SLOW * state.smooth + (1 - _SLOW) * loss
    begun = sum(state.first) / len(state.first)
    if len(state.first) == _EARLY and state.smooth > 1.5 * begun + 0.5:
        grown = f"from {begun:.2f} to {state.smooth:.2f}"
        raise UserError(f"step {state.step}: the loss grows ({grown}): training diverges", hint=_TRY)
