import { expect, test } from 'vitest'
import { eventSchemas } from '../../../services/shared/contracts/events/events.ts'
import { workload, workloadNames } from '../../../services/shared/contracts/topology.ts'
import { writeSide, writeSideNames } from './write-side.ts'

const publisherOf = (type: string): string => type.split('.')[0] ?? ''
const unique = (names: readonly string[]): string[] => [...new Set(names)].sort()

test('the event-sourced workloads are the services of the write side', () => {
  expect(workloadNames.filter((name) => workload(name).eventSourced).sort()).toEqual([...writeSideNames].sort())
})

test.each(writeSideNames)('%s reacts to exactly the services it subscribes to', (name) => {
  const { service } = writeSide[name]
  expect(service.service).toBe(name)
  expect(unique(Object.keys(service.reactions ?? {}).map(publisherOf))).toEqual(unique(workload(name).subscribesTo))
  expect(service.subscribesTo ?? []).toEqual(workload(name).subscribesTo)
})

test.each(writeSideNames)('%s reacts to events that exist, and publishes all events of its name', (name) => {
  const { service } = writeSide[name]
  for (const type of Object.keys(service.reactions ?? {})) expect(Object.keys(eventSchemas)).toContain(type)
  expect(Object.keys(service.eventSchemas).sort()).toEqual(
    Object.keys(eventSchemas)
      .filter((type) => publisherOf(type) === name)
      .sort(),
  )
})
