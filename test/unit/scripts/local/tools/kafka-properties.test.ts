import { expect, test } from 'vitest'
import { brokerProperties, clusterId } from '../../../../../scripts/local/tools/kafka-properties.ts'
import { kafkaVariables } from '../../../../../services/shared/contracts/deployment.ts'

const properties = brokerProperties({
  listen: '0.0.0.0:9092',
  advertise: '127.0.0.1:1',
  controller: '127.0.0.1:2',
  internal: '127.0.0.1:3',
  dataDir: '/data',
})

test('clients are told the advertised address, whatever the broker listens on', () => {
  expect(properties).toMatchObject({
    listeners: 'PLAINTEXT://0.0.0.0:9092,INTERNAL://127.0.0.1:3,CONTROLLER://127.0.0.1:2',
    'advertised.listeners': 'PLAINTEXT://127.0.0.1:1,INTERNAL://127.0.0.1:3',
    'controller.quorum.voters': '1@127.0.0.1:2',
  })
})

test('no topic is made by a misspelt name', () => {
  expect(properties['auto.create.topics.enable']).toBe('false')
})

test('the image reads every property from a variable', () => {
  expect(kafkaVariables({ 'log.dirs': '/data', 'node.id': '1' })).toEqual({ KAFKA_LOG_DIRS: '/data', KAFKA_NODE_ID: '1' })
})

test('the cluster id is 16 bytes in base64url, as the format tool wants it', () => {
  expect(Buffer.from(clusterId, 'base64url')).toHaveLength(16)
})
