import { expect } from 'vitest'
import type { Command, Decider, DomainEvent } from '../../services/shared/runtime/event-sourcing/decider.ts'

interface Outcome<Event, Code> {
  /** Exactly these events; none: the command changes nothing. */
  thenEvents(...events: Event[]): void
  /** Refused with this code, and with a sentence that a person can read. */
  thenRefused(code: Code): void
}

/** `given(...events).when(command).thenEvents(...events)` for one aggregate's rules. */
export const specify =
  <State, C extends Command, Event extends DomainEvent, Code extends string>(decider: Decider<State, C, Event, Code>) =>
  (...events: Event[]) => ({
    when(command: C): Outcome<Event, Code> {
      const state = events.reduce(decider.evolve, decider.initial)
      const decision = decider.decide(command, state)
      return {
        thenEvents: (...expected) => expect(decision).toEqual(expected),
        thenRefused: (code) => expect(decision).toEqual({ refused: code, detail: expect.stringMatching(/^\w.* .*\.$/) }),
      }
    },
  })
