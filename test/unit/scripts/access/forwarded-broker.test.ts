import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { targets } from '../../../../cdk8s/settings/targets.ts'
import { forwardedPort, versionOfImage } from '../../../../scripts/access/forwarded-broker.ts'
import { synth } from '../../../../scripts/synth/synth.ts'

test("the port at which clients of this machine reach kind's broker is the one that its chart declares", () => {
  const [kind] = targets.filter(({ target }) => target === 'kind')
  const objects = kind ? [...synth(kind).values()].flatMap((yaml) => parseAllDocuments(yaml).map((document) => document.toJS())) : []
  const broker = objects.find((object) => object?.kind === 'StatefulSet' && object.metadata.name === 'kafka')
  expect(forwardedPort(broker.spec.template)).toBe(19092)
})

test('a broker without such a listener has none', () => {
  const env = [{ name: 'KAFKA_ADVERTISED_LISTENERS', value: 'PLAINTEXT://kafka:9092' }]
  expect(forwardedPort({ spec: { containers: [{ name: 'kafka', env }] } })).toBeUndefined()
  expect(forwardedPort({})).toBeUndefined()
})

test("Kafka's version is the tag of its image", () => {
  const version = (...images: string[]) => versionOfImage(images.map((image) => ({ image })))
  expect(version('apache/kafka:4.1.0')).toBe('4.1.0')
  expect(version('registry:5000/apache/kafka:4.1.0@sha256:c0ffee')).toBe('4.1.0')
  expect(version('istio/proxyv2:1.30.1', 'kafka:4.0.0')).toBe('4.0.0')
  expect(version('apache/kafka')).toBeUndefined()
  expect(version('registry:5000/kafka')).toBeUndefined()
  expect(versionOfImage()).toBeUndefined()
})
