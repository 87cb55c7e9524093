import type { DataCheck } from '../../messaging/record-codec.ts'
import type { SchemaVersions } from '../../messaging/schema-versions.ts'
import type { Command, Decider, DomainEvent } from '../decider.ts'

/** All that deciding needs besides states and commands. */
export interface Rules<State, C extends Command, Event extends DomainEvent> {
  readonly service: string
  readonly decider: Decider<State, C, Event>
  readonly checkCommand: DataCheck
  readonly checkEvent: DataCheck
  /** Of own events. */
  readonly versions: SchemaVersions
  /** The one partition in which commands of this key are decided; without it, whichever they lie in. */
  readonly homeOf?: (key: string) => number
}
