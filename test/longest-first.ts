import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Each waits a minute or more for processes, some because that long is what they show. Whoever of them began last would be waited for alone. */
const longest = [
  'scripts/experiments/experiments',
  'types',
  'scripts/counted-changes',
  'scripts/events/event-tools',
  'scripts/local/up-and-down',
  'services/broker-outage',
  'crash/short',
  'scripts/local/failed-start',
  'scripts/local/no-room',
  'projections/start-projections',
  'scripts/local/kafka-transactions',
  'outbox/outbox',
  'rebuild/rebuild',
  'scripts/local/start-kafka',
  'scripts/synth/commands',
  'event-sourcing/large-state',
  'gateway/process',
].map((name) => `/test/integration/(.*/)?${name}\\.test\\.ts$`)

const rank = ({ moduleId }: TestSpecification): number => {
  const index = longest.findIndex((pattern) => new RegExp(pattern).test(moduleId))
  return index < 0 ? longest.length : index
}

/** Vitest knows how long files take only where it has run before; on a clean checkout it goes by their size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const group = ({ project }: TestSpecification): number => project.config.sequence.groupOrder
    return (await super.sort(files)).sort((a, b) => group(a) - group(b) || rank(a) - rank(b))
  }
}
