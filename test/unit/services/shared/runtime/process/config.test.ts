import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { config as orderHistory } from '../../../../../../services/order-history/config.ts'
import { baseConfig, ConfigError, kafkaConfig, readConfig } from '../../../../../../services/shared/runtime/process/config.ts'

const schema = Type.Object({
  ...baseConfig,
  ...kafkaConfig,
  CREDIT_LIMIT: Type.Integer({ minimum: 0, description: 'cents that a customer may owe' }),
  DRY_RUN: Type.Boolean({ default: false }),
})
const least = { KAFKA_BROKERS: '127.0.0.1:9092', CREDIT_LIMIT: '500000' }

const messageOf = (env: NodeJS.ProcessEnv): string => {
  try {
    readConfig(schema, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'accepted'
}

test('text becomes what the schema says, harmless things have defaults', () => {
  expect(readConfig(schema, { ...least, DRY_RUN: 'true', PORT: '9000', UNRELATED: 'x' })).toMatchObject({
    KAFKA_BROKERS: '127.0.0.1:9092',
    CREDIT_LIMIT: 500000,
    DRY_RUN: true,
    PORT: 9000,
    HOST: '0.0.0.0',
    LOG_LEVEL: 'info',
  })
  expect(readConfig(schema, least)).not.toHaveProperty('MESH_OUTBOUND')
  expect(readConfig(schema, least)).not.toHaveProperty('UNRELATED')
})

test('every missing variable is named, with what it is for', () => {
  expect(messageOf({})).toBe(
    'KAFKA_BROKERS is missing (Kafka bootstrap servers, host:port[,host:port])\nCREDIT_LIMIT is missing (cents that a customer may owe)',
  )
})

test('an empty variable is a missing one', () => {
  expect(messageOf({ ...least, CREDIT_LIMIT: '' })).toBe('CREDIT_LIMIT is missing (cents that a customer may owe)')
})

test.each([
  ['CREDIT_LIMIT', 'a lot'],
  ['CREDIT_LIMIT', '-1'],
  ['CREDIT_LIMIT', '1.5'],
  ['PORT', '99999'],
  ['LOG_LEVEL', 'loud'],
  ['KAFKA_BROKERS', 'localhost'],
  ['MESH_OUTBOUND', 'http://localhost:15001'],
  ['DRY_RUN', 'perhaps'],
])('%s=%s stops the start and says so', (name, value) => {
  const message = messageOf({ ...least, [name]: value })
  expect(message).toMatch(new RegExp(`^${name} must .*but is ${JSON.stringify(value)}`))
  expect(message).not.toContain('\n')
})

test('what holds a password is not printed when it is wrong', () => {
  const wrong = 'postgres//shop:swordfish@db.example/shop'
  expect(() => readConfig(orderHistory, { ...least, DATABASE_URL: wrong })).toThrow(
    /^DATABASE_URL must match pattern .*, but is not \(its value is not shown/,
  )
  expect(() => readConfig(orderHistory, { ...least, DATABASE_URL: wrong })).not.toThrow(/swordfish/)
})
