import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { type Check, equals } from '../../checks/check.ts'
import type { Step } from './step.ts'

/** Looks at the whole log, one step after another, and says afterwards whether what it claims holds. */
export interface Examiner {
  /** Steps of one partition come in order. */
  step?(step: Step): void
  /** A record of an events topic as it is, before its step. */
  event?(record: LogRecord): void
  deadLetter?(record: LogRecord): void
  checks(): readonly Check[]
}

/** Faults that are told in words; more are only counted. */
const shown = 5

/** Gathers what must not be there. */
export function faults(what: string) {
  const examples: string[] = []
  let count = 0
  return {
    add: (fault: string): void => {
      count += 1
      if (examples.length < shown) examples.push(fault)
    },
    check: (): Check => equals(what, 0, count === 0 ? 0 : `${count}: ${[...examples, ...unnamed(count - examples.length)].join('; ')}`),
  }
}

const unnamed = (count: number): readonly string[] => (count === 0 ? [] : [`and ${count} more`])
