#!/usr/bin/env node
// What `npx nx` runs in this repository (the root package.json names it), so that an old Node is told, in one
// line, what works, before Nx or a test fails on it in its own way.
import { nodeMajor } from './decide.mjs';

const args = process.argv.slice(2);
if (Number(process.versions.node.split('.')[0]) < nodeMajor) {
  const instead = ['npm run nx --', ...args].join(' ');
  console.error(
    `This is Node ${process.version}, Parley needs ${nodeMajor}; this command gets it: ${instead}`,
  );
  process.exitCode = 1;
} else {
  process.argv.splice(2, Infinity, 'nx', ...args);
  await import('./run.mjs');
}
