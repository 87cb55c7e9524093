import type { StageHistory, StageSelection } from '../../../shared/contracts/api/gateway.ts'
import { type Decision, refuse } from '../../../shared/runtime/event-sourcing/decider.ts'
import type { GatewayErrorCode } from '../../errors.ts'
import { canonicalJson } from '../canonical-json.ts'
import type { StageCommand } from './commands.ts'
import { liveDefinition, mainStage, nextVersion, type StageEvent, type Stages, stageIn } from './stages.ts'

type StageDecision = Decision<StageEvent, GatewayErrorCode>
type DataOf<Type extends StageCommand['type']> = Extract<StageCommand, { type: Type }>['data']

/** More are no help to anybody who looks for a request's stage. */
const maxStages = 10

/** Command + state → events, or a refusal. */
export function decideStages(command: StageCommand, state: Stages): StageDecision {
  switch (command.type) {
    case 'PublishStage':
      return publish(command.data, state)
    case 'ShiftStageTraffic':
      return shift(command.data, state)
    case 'RollBackStage':
      return rollBack(command.data, state)
    case 'UndoRelease':
      return undo(command.data, state)
  }
}

function publish({ stage: name, definition, percent: given, at }: DataOf<'PublishStage'>, state: Stages): StageDecision {
  const stage = stageIn(state, name)
  const percent = given ?? stage.percent
  const others = state.stages.filter((other) => other.name !== name)
  if (others.length >= maxStages) return refuse('TOO_MANY_STAGES', `There are ${maxStages} stages already.`)
  const claimed = claimedTwice(definition.select, others)
  if (claimed !== undefined) return refuse('STAGE_SELECTION_TAKEN', claimed)
  const refusal = refusedPercent(name, percent, others)
  if (refusal !== undefined) return refuse('STAGE_PERCENT_IMPOSSIBLE', refusal)
  if (same(liveDefinition(stage), definition)) return shifted(stage, percent, at)
  // A version is what it says: the same again, after a rollback, is that version again.
  const version = stage.versions.find((kept) => same(kept.definition, definition))?.version ?? nextVersion(stage)
  return [{ type: 'gateway.StagePublished', data: { stage: name, version, definition, percent, at } }]
}

function shift({ stage: name, percent, at }: DataOf<'ShiftStageTraffic'>, state: Stages): StageDecision {
  const stage = stageIn(state, name)
  if (!liveDefinition(stage)) return refuse('STAGE_UNKNOWN', `There is no stage ${name}.`)
  const others = state.stages.filter((other) => other.name !== name)
  const refusal = refusedPercent(name, percent, others)
  if (refusal !== undefined) return refuse('STAGE_PERCENT_IMPOSSIBLE', refusal)
  return shifted(stage, percent, at)
}

const shifted = ({ name, live, percent: now }: StageHistory, percent: number, at: string): StageDecision =>
  percent === now ? [] : [{ type: 'gateway.StageTrafficShifted', data: { stage: name, version: live, percent, at } }]

function rollBack({ stage: name, to: given, at }: DataOf<'RollBackStage'>, state: Stages): StageDecision {
  const stage = stageIn(state, name)
  const to = given ?? before(stage)
  if (to === undefined) return refuse('STAGE_VERSION_UNKNOWN', `${name} has nothing before version ${stage.live}.`)
  const target = stage.versions.find(({ version }) => version === to)
  if (!target) {
    const kept = stage.versions.map(({ version }) => version).join(', ')
    return refuse('STAGE_VERSION_UNKNOWN', `${name} has no version ${to} to go back to; it has ${kept}.`)
  }
  const claimed =
    target.definition &&
    claimedTwice(
      target.definition.select,
      state.stages.filter((other) => other.name !== name),
    )
  if (claimed !== undefined) return refuse('STAGE_SELECTION_TAKEN', claimed)
  if (to === stage.live && stage.percent === 0) return []
  return [{ type: 'gateway.StageRolledBack', data: { stage: name, from: stage.live, to, at } }]
}

/** What was undone already, or is another version by now, is left alone. */
function undo({ stage: name, version, evidence, at }: DataOf<'UndoRelease'>, state: Stages): StageDecision {
  const stage = stageIn(state, name)
  if (stage.live !== version || stage.percent === 0) return []
  const { live: from } = stage
  const earlier = before(stage)
  const earlierStage = stage.versions.find((kept) => kept.version === earlier)?.definition
  const others = state.stages.filter((other) => other.name !== name)
  // What it would go back to is somebody else's by now: at least nobody is sent to it by chance.
  const to = earlier === undefined || (earlierStage && claimedTwice(earlierStage.select, others) !== undefined) ? from : earlier
  return [{ type: 'gateway.StageRolledBack', data: { stage: name, from, to, at, evidence } }]
}

/** What a rollback goes to by itself: what was live before; where that is not known any more, the version before. */
function before({ live, before: known, versions }: StageHistory): number | undefined {
  const older = versions.filter(({ version }) => version < live).at(-1)?.version
  return versions.some(({ version }) => version === known) ? known : older
}

/** In words, or nothing when the stage may have this percentage. */
function refusedPercent(name: string, percent: number, others: readonly StageHistory[]): string | undefined {
  if (percent === 0) return undefined
  if (name === mainStage) return `${mainStage} has what the others leave: give another stage a percentage.`
  const sum = others.reduce((sum, other) => sum + other.percent, percent)
  return sum > 100 ? `All stages together would have ${sum} %.` : undefined
}

/** What another stage claims already, in words. */
function claimedTwice({ hosts = [], prefix, header }: StageSelection, others: readonly StageHistory[]): string | undefined {
  for (const other of others) {
    const select = liveDefinition(other)?.select
    const host = hosts.find((each) => select?.hosts?.includes(each))
    if (host !== undefined) return `Requests to the host ${host} belong to stage ${other.name}.`
    if (prefix !== undefined && select?.prefix === prefix) return `Paths below ${prefix} belong to stage ${other.name}.`
    if (header && select?.header?.name === header.name && select.header.value === header.value)
      return `Requests with ${header.name}: ${header.value} belong to stage ${other.name}.`
  }
  return undefined
}

/** Both are JSON that a schema let through. */
const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b)
