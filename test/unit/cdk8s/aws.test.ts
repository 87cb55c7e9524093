import { expect, test } from 'vitest'
import { credentialsEgress, kafkaSecurity, roleAnnotations } from '../../../cdk8s/constructs/aws.ts'
import type { AwsSettings } from '../../../cdk8s/settings.ts'

const podIdentity: AwsSettings = { region: 'eu-central-1', kafkaSecurity: 'iam', podRoles: { by: 'pod-identity' } }
const irsa: AwsSettings = { ...podIdentity, podRoles: { by: 'irsa', rolePrefix: 'arn:aws:iam::111122223333:role/breakwater-' } }
const scram: AwsSettings = { ...podIdentity, kafkaSecurity: 'scram' }

test('outside of AWS nothing is added', () => {
  expect([kafkaSecurity(), roleAnnotations('orders'), credentialsEgress()]).toEqual([[], {}, []])
})

test('IAM: the region; SCRAM: user and password from a Secret, never in a manifest', () => {
  expect(kafkaSecurity(podIdentity)).toEqual([
    { name: 'KAFKA_SECURITY', value: 'iam' },
    { name: 'AWS_REGION', value: 'eu-central-1' },
  ])
  expect(kafkaSecurity(scram).map(({ name, value }) => [name, value])).toEqual([
    ['KAFKA_SECURITY', 'scram'],
    ['KAFKA_USERNAME', undefined],
    ['KAFKA_PASSWORD', undefined],
  ])
})

test('IRSA names the role; Pod Identity opens the way to its agent instead', () => {
  expect(roleAnnotations('orders', irsa)).toEqual({ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/breakwater-orders' })
  expect(roleAnnotations('orders', podIdentity)).toEqual({})
  expect(credentialsEgress(podIdentity)).toMatchObject([{ to: [{ ipBlock: { cidr: '169.254.170.23/32' } }] }])
  expect([...credentialsEgress(irsa), ...credentialsEgress(scram)]).toEqual([])
})
