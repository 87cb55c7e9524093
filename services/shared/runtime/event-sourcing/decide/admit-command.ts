import { admission } from '../quarantine/quarantine.ts'
import type { Aggregate } from '../recover/partition-state.ts'
import type { DecodedCommand } from './decode-command.ts'
import { type Rejected, type Repeated, refused, rejected, unchanged } from './verdict.ts'

/** What passes is for the decider; everything else has its verdict already. */
type Admission = { readonly kind: 'admitted'; readonly data: unknown } | Rejected | Repeated | typeof unchanged | ReturnType<typeof refused>

/**
 * The gate in front of the decider: a command of an aggregate, and where the aggregate stands → whether it is decided.
 * @param answer to a command of this id, when there was one lately
 */
export function admitCommand<State>(
  { quarantine, undecidable }: Pick<Aggregate<State>, 'quarantine' | 'undecidable'>,
  decoded: Exclude<DecodedCommand, { kind: 'unaddressed' }>,
  answer: string | undefined,
): Admission {
  const { id } = decoded.command.envelope
  // Those behind it can be decided when they come again. A command that does not wait is left as it is.
  if (decoded.kind === 'discard') return quarantine?.waiting.has(id) ? refused('COMMAND_DISCARDED', decoded.reason) : unchanged
  if (answer !== undefined) return { kind: 'repeated', answer }
  const admitted = admission(quarantine, id)
  if (admitted === 'quarantine') return rejected('KEY_PARKED', `waits behind ${quarantine?.waiting.first()} of the same aggregate`)
  if (admitted === 'skip') return unchanged
  if (undecidable) return rejected('AGGREGATE_UNDECIDABLE', `${undecidable.code}: ${undecidable.detail}`)
  return 'kind' in decoded.body ? decoded.body : { kind: 'admitted', data: decoded.body.data }
}
