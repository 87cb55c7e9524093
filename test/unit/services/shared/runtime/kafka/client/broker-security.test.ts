import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { afterEach, expect, test, vi } from 'vitest'
import { brokerSecurity, brokerSecurityConfig } from '../../../../../../../services/shared/runtime/kafka/client/broker-security.ts'
import { mskToken } from '../../../../../../../services/shared/runtime/kafka/client/msk-token.ts'

afterEach(() => vi.unstubAllEnvs())

test('plain text says nothing to kafkajs', () => {
  expect(brokerSecurity({ KAFKA_SECURITY: 'plaintext' })).toEqual({})
})

test('TLS alone, with a password, with an IAM role', () => {
  expect(brokerSecurity({ KAFKA_SECURITY: 'tls' })).toEqual({ ssl: true })
  expect(brokerSecurity({ KAFKA_SECURITY: 'scram', KAFKA_USERNAME: 'shop', KAFKA_PASSWORD: 'secret' })).toEqual({
    ssl: true,
    sasl: { mechanism: 'scram-sha-512', username: 'shop', password: 'secret' },
  })
  expect(brokerSecurity({ KAFKA_SECURITY: 'iam', AWS_REGION: 'eu-central-1' })).toMatchObject({
    ssl: true,
    sasl: { mechanism: 'oauthbearer' },
  })
})

test.each([
  [{ KAFKA_SECURITY: 'iam' as const }, 'AWS_REGION'],
  [{ KAFKA_SECURITY: 'scram' as const }, 'KAFKA_USERNAME'],
  [{ KAFKA_SECURITY: 'scram' as const, KAFKA_USERNAME: 'shop' }, 'KAFKA_PASSWORD'],
])('%o: the missing variable is named', (config, name) => {
  expect(() => brokerSecurity(config)).toThrow(`${name} is missing: KAFKA_SECURITY=${config.KAFKA_SECURITY} needs it.`)
})

test('a token is a signed request to connect to MSK, kept until a minute before its end', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example')
  const started = Date.now()
  let now = started
  const token = mskToken('eu-central-1', () => now)

  const [first, beside] = await Promise.all([token(), token()])
  const request = new URL(Buffer.from(first.value, 'base64url').toString())
  expect(request.origin).toBe('https://kafka.eu-central-1.amazonaws.com')
  expect(request.searchParams.get('Action')).toBe('kafka-cluster:Connect')
  expect(request.searchParams.get('X-Amz-Credential')).toMatch(/^AKIDEXAMPLE\/\d{8}\/eu-central-1\/kafka-cluster\/aws4_request$/)
  expect(request.searchParams.get('X-Amz-Expires')).toBe('900')
  expect(beside.value).toBe(first.value)

  now = started + 13 * 60_000
  expect((await token()).value).toBe(first.value)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDANOTHER')
  now = started + 14 * 60_000 + 2_000
  expect((await token()).value).not.toBe(first.value)
})

test('a failure to sign is not kept', async () => {
  vi.stubEnv('AWS_PROFILE', 'nobody')
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  const token = mskToken('eu-central-1')
  await expect(token()).rejects.toThrow()
  vi.stubEnv('AWS_PROFILE', undefined)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example')
  expect((await token()).value).not.toBe('')
})

test('what brokers take is checked before anything is asked of them', () => {
  const Config = Type.Object(brokerSecurityConfig)
  for (const KAFKA_SECURITY of ['plaintext', 'tls', 'scram', 'iam']) expect(Value.Check(Config, { KAFKA_SECURITY })).toBe(true)
  expect(Value.Check(Config, { KAFKA_SECURITY: 'ssl' })).toBe(false)
  expect(Value.Default(Config, {})).toEqual({ KAFKA_SECURITY: 'plaintext' })
  const inRegion = (AWS_REGION: string) => Value.Check(Config, { KAFKA_SECURITY: 'iam', AWS_REGION })
  expect(['eu-central-1', 'us-gov-west-1', 'ap-southeast-2'].filter(inRegion)).toHaveLength(3)
  for (const none of ['', 'eu', 'eu-1', 'EU-central-1', 'eu-central-12', 'eu-central-1.evil.example', 'xeu-central-1', 'e-central-1'])
    expect(inRegion(none), none).toBe(false)
})

test('of the settings only the password is one that nobody may read', () => {
  const secret = Object.entries(brokerSecurityConfig).flatMap(([name, schema]) => ('writeOnly' in schema && schema.writeOnly ? [name] : []))
  expect(secret).toEqual(['KAFKA_PASSWORD'])
})
