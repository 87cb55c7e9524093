import type { Static, TSchema } from 'typebox'

/** What a decider is asked to do; its address (the aggregate) travels in the envelope. */
export interface Command<Type extends string = string, Data = unknown> {
  readonly type: Type
  readonly data: Data
}

/** The commands that a table of schemas declares, as a union that `switch (command.type)` narrows. */
export type CommandOf<Schemas extends Readonly<Record<string, TSchema>>> = {
  readonly [Type in keyof Schemas & string]: Command<Type, Static<Schemas[Type]>>
}[keyof Schemas & string]

/** Something that has happened, as deciders see it. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type
  readonly data: Data
}

/** The caller broke a rule. Recorded as `CommandAnswered`; nobody else has to react to it (what others must react to is an event). */
export interface Refused<Code extends string = string> {
  readonly refused: Code
  readonly detail: string
}

export const refuse = <Code extends string>(refused: Code, detail: string): Refused<Code> => ({ refused, detail })

/** No events: the command was answered before, or asks for what is already so. */
export type Decision<Event, Code extends string = string> = readonly Event[] | Refused<Code>

export const isRefused = <Event, Code extends string>(decision: Decision<Event, Code>): decision is Refused<Code> => 'refused' in decision

/** A command for the aggregate itself once a moment has passed, unless it has moved on by then. */
export interface Deadline<C extends Command = Command> {
  /** RFC 3339. */
  readonly at: string
  readonly command: C
}

/** How a state becomes JSON and comes back: `fromJson(toJson(state))` folds and decides like `state`. */
export interface SnapshotFormat<State> {
  /** Raise it whenever the same events fold into another state, or the JSON changes: older snapshots are then ignored. */
  readonly foldVersion: number
  /** Of the JSON. What does not fit never reaches `fromJson`. */
  readonly schema: TSchema
  toJson(state: State): unknown
  fromJson(json: unknown): State
}

/** The format of a state that is JSON already. */
export const identityCodec = <Schema extends TSchema>(schema: Schema, foldVersion: number): SnapshotFormat<Static<Schema>> => ({
  foldVersion,
  schema,
  toJson: (state) => state,
  fromJson: (json: Static<Schema>) => json,
})

/**
 * One aggregate's rules: pure, synchronous, without clock, ids or I/O.
 * `evolve` returns a new state and leaves the old one alone (states are shared with snapshots and readers).
 */
export interface Decider<State, C extends Command, Event extends DomainEvent, Code extends string = string> {
  readonly initial: State
  decide(command: C, state: State): Decision<Event, Code>
  evolve(state: State, event: Event): State
  /** The aggregate's next deadline; none when left out or undefined. */
  deadline?(state: State): Deadline<C> | undefined
  /** Without it the aggregate is folded from its first event. */
  readonly snapshot?: SnapshotFormat<State>
}

/** A command with the aggregate that must decide it. */
export interface CommandMessage<C extends Command = Command> {
  readonly aggregateId: string
  readonly command: C
}

/**
 * A service's part of the choreography: event of another service → commands to its own aggregates.
 * Event types that are not in the table are none of its business.
 */
export type ReactionTable<Subscribed extends DomainEvent, C extends Command> = {
  readonly [Type in Subscribed['type']]?: (data: Extract<Subscribed, { type: Type }>['data']) => readonly CommandMessage<C>[]
}
