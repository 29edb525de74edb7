// A foreign client: submits runs as Avro with kafkajs and Confluent's wire format, waits for their
// completions and prints each as a line of JSON. No Sluice code, no Java.
//
//   node submit.js BOOTSTRAP REGISTRY PREFIX SCHEMA_FILE COUNT
const fs = require('node:fs')
const { Kafka, Partitioners, logLevel } = require('kafkajs')
const { SchemaRegistry, SchemaType } = require('@kafkajs/confluent-schema-registry')

const [bootstrap, registryUrl, prefix, schemaFile, count] = process.argv.slice(2)
const kafka = new Kafka({ clientId: 'node', brokers: [bootstrap], logLevel: logLevel.ERROR })
const registry = new SchemaRegistry({ host: registryUrl })
const topic = `${prefix}runs`

async function submit(ids) {
  const { id } = await registry.register(
    { type: SchemaType.AVRO, schema: fs.readFileSync(schemaFile, 'utf8') },
    { subject: `${topic}-value` },
  )
  const messages = []
  for (const [n, runId] of ids.entries()) {
    const tenant = `node-tenant-${n % 5}`
    const run = {
      run_id: runId,
      tenant,
      agent: 'echo',
      pool: 'default',
      input: Buffer.from(JSON.stringify({ from: 'node', n })),
      content_type: 'application/json',
      priority: 0,
      labels: { client: 'node' },
      budget: {},
      max_duration_ms: null,
      expires_at_ms: null,
      start_at_ms: null,
      retry: null,
      limits: null,
      budget_reserve: {},
      traceparent: null,
    }
    messages.push({ key: n % 2 ? tenant : null, value: await registry.encode(id, run) })
  }
  const producer = kafka.producer({ createPartitioner: Partitioners.LegacyPartitioner })
  await producer.connect()
  await producer.send({ topic, messages })
  await producer.disconnect()
}

async function printCompletions(ids) {
  const left = new Set(ids)
  const consumer = kafka.consumer({ groupId: `${prefix}node`, readUncommitted: false })
  await consumer.connect()
  await consumer.subscribe({ topic: `${prefix}completions`, fromBeginning: true })
  await new Promise((resolve) => {
    consumer.run({
      eachMessage: async ({ message }) => {
        const done = await registry.decode(message.value)
        if (left.delete(done.run_id)) {
          console.log(JSON.stringify({ ...done, output: String(done.output) }))
        }
        if (left.size === 0) resolve()
      },
    })
  })
  await consumer.disconnect()
}

async function main() {
  const ids = Array.from({ length: Number(count) }, (_, n) => `node-${n}`)
  await submit(ids)
  await printCompletions(ids)
}

main().then(() => process.exit(0), (failure) => {
  console.error(failure)
  process.exit(1)
})
