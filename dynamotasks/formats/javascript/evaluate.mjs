// Writes what a module exports as JSON to a file: node evaluate.mjs RESULT PATH
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const MAX_LEVELS = 32;
const [, , result, path] = process.argv;
const exit = process.exit.bind(process);

function print(value) {
  writeFileSync(result, JSON.stringify(value));
  exit(0);
}

const fail = (error) => print({ error: String(error?.message ?? error), code: String(error?.code ?? '') });
process.on('uncaughtException', fail);

const isBinary = (value) => value instanceof Uint8Array || value instanceof ArrayBuffer;
const base64 = (value) => Buffer.from(value).toString('base64');

function typedSet(values) {
  const elements = [...values];
  if (elements.every(isBinary)) return { BS: elements.map(base64) };
  const isNumeric = ['number', 'bigint'].includes(typeof elements[0]);
  return { [isNumeric ? 'NS' : 'SS']: elements.map(String) };
}

// DynamoDB's typed form, as the DocumentClient of the AWS SDK sends it
function typed(value, level) {
  if (level > MAX_LEVELS + 1) throw new RangeError('an item is nested too deeply');
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number' || typeof value === 'bigint') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (isBinary(value)) return { B: base64(value) };
  if (value instanceof Set) return typedSet(value);
  if (value instanceof Date) return { S: value.toISOString() };
  if (Array.isArray(value)) return { L: value.filter(isValue).map((part) => typed(part, level + 1)) };
  return { M: attributes(value, level + 1) };
}

const isValue = (value) => value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';

function attributes(item, level) {
  const entries = item instanceof Map ? [...item] : Object.entries(item);
  return Object.fromEntries(entries.filter(([, value]) => isValue(value)).map(([key, value]) => [key, typed(value, level)]));
}

function items(table) {
  const hash = table.KeySchema?.find?.((key) => key.KeyType === 'HASH')?.AttributeName;
  const isTyped = (item) => typeof item?.[hash] === 'object' && !isBinary(item[hash]);
  return table.data.map((item) => (isTyped(item) || typeof item !== 'object' ? item : attributes(item, 0)));
}

const open = new Set();

// JSON without what a module exports besides data: functions, class instances such as clients, and cycles
function plain(value, level) {
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return value;
  if (level > MAX_LEVELS || open.has(value)) return undefined;
  open.add(value);
  let result;
  if (Array.isArray(value)) {
    result = value.map((part) => plain(part, level + 1));
  } else if (isData(value)) {
    const entries = Object.entries(value).map(([key, part]) => [
      key,
      key === 'data' && value.KeySchema && Array.isArray(part) ? items(value) : plain(part, level + 1),
    ]);
    result = Object.fromEntries(entries);
  }
  open.delete(value);
  return result;
}

function isData(value) {
  const kind = Object.getPrototypeOf(value);
  // a command of the AWS SDK has the request as its `input`
  return kind === null || kind === Object.prototype || 'KeySchema' in value || value.input?.KeySchema !== undefined;
}

try {
  const module = await import(pathToFileURL(path).href);
  let value = module.default ?? module;
  value = value.default ?? value; // compiled from an ES module
  if (typeof value === 'function' && !/^class\b/.test(String(value))) value = await value();
  value = await value;
  // jest-dynalite also accepts a function for the tables
  if (typeof value?.tables === 'function') value = { tables: await value.tables() };
  print({ exports: plain(value, 0) ?? null });
} catch (error) {
  fail(error);
}
