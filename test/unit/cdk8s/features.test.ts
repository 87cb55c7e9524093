import { expect, test } from 'vitest'
import { databaseTls } from '../../../cdk8s/constructs/database-tls.ts'
import { credentialsEgress, kafkaSecurity } from '../../../cdk8s/constructs/kafka-access.ts'
import { identityAnnotations } from '../../../cdk8s/constructs/pod-identity.ts'
import { settingsOf } from '../scripts/synth/manifests.ts'

const iam = { mechanism: 'iam', region: 'eu-central-1' } as const
const podIdentity = { credentials: { cidr: '169.254.170.23/32', port: 80 } }
const irsa = { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/breakwater-{serviceAccount}' } }

test('a feature that is not asked for adds nothing', () => {
  expect([kafkaSecurity(), identityAnnotations('orders'), credentialsEgress({})]).toEqual([[], {}, []])
})

test('IAM: the region; SCRAM: user and password from a Secret, never in a manifest; TLS: no identity', () => {
  expect(kafkaSecurity(iam)).toEqual([
    { name: 'KAFKA_SECURITY', value: 'iam' },
    { name: 'AWS_REGION', value: 'eu-central-1' },
  ])
  expect(kafkaSecurity({ mechanism: 'scram' }).map(({ name, value }) => [name, value])).toEqual([
    ['KAFKA_SECURITY', 'scram'],
    ['KAFKA_USERNAME', undefined],
    ['KAFKA_PASSWORD', undefined],
  ])
  expect(kafkaSecurity({ mechanism: 'tls' })).toEqual([{ name: 'KAFKA_SECURITY', value: 'tls' }])
})

test('an annotation names the role of its ServiceAccount; an agent on the node needs a way instead', () => {
  expect(identityAnnotations('orders', irsa)).toEqual({ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/breakwater-orders' })
  expect(identityAnnotations('orders', podIdentity)).toEqual({})
  expect(credentialsEgress({ kafkaSecurity: iam, podIdentity })).toMatchObject([{ to: [{ ipBlock: { cidr: '169.254.170.23/32' } }] }])
  expect(credentialsEgress({ kafkaSecurity: iam, podIdentity: irsa })).toEqual([])
  expect(credentialsEgress({ kafkaSecurity: { mechanism: 'scram' }, podIdentity })).toEqual([])
})

test('the database is checked by who has one, where its connection is encrypted', () => {
  const withTls = settingsOf('eks')
  expect(databaseTls('order-history', withTls).env).toEqual([{ name: 'NODE_EXTRA_CA_CERTS', value: '/etc/database-ca/ca.pem' }])
  for (const nothing of [databaseTls('orders', withTls), databaseTls('order-history', settingsOf('kind'))])
    expect(nothing).toEqual({ env: [], volumes: [], mounts: [] })
})
