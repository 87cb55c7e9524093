import { expect, test } from 'vitest'
import type { Settings } from '../../../cdk8s/settings/settings.ts'
import { synth } from '../../../scripts/synth/synth.ts'
import { type Manifest, named, parsed, settingsOf } from '../scripts/synth/manifests.ts'

const jobOf = (changes: Partial<Settings> = {}): Manifest => {
  const manifests = parsed(new Map([...synth({ ...settingsOf('eks'), ...changes })].filter(([name]) => name.endsWith('topics.yaml'))))
  const job = manifests.find(({ kind }) => kind === 'Job')
  return named(manifests, 'Job', job?.metadata.name ?? '')
}

test('a Job has a name without dots, and another one when anything in it changes under the same tag', () => {
  const before = jobOf()
  expect(before.metadata.name).toMatch(/^kafka-topics-0-1-0-[0-9a-f]{8}$/)
  expect(jobOf().metadata.name).toBe(before.metadata.name)
  expect(jobOf({ topicPartitions: 48 }).metadata.name).not.toBe(before.metadata.name)
  const longest = jobOf({ imageTag: `Feature_${'x'.repeat(120)}` }).metadata.name
  // Names of its pods have six more, and a label takes 63.
  expect(longest).toMatch(/^[a-z0-9-]{1,57}$/)
})

test('managed brokers keep three copies, and a write needs two of them', () => {
  expect(jobOf().spec?.template?.spec.containers[0]?.env).toContainEqual({ name: 'TOPIC_MIN_INSYNC_REPLICAS', value: '2' })
})
