// The rules of this repository that oxlint does not bring along. .oxlintrc.json switches them on.
import { forbiddenBecause } from './import-laws.ts';
import { emptyWord } from './names.ts';
import { pathInRepository, targetOf, workspaceOf } from './workspace.ts';

interface Node {
  readonly type: string;
}
interface ImportNode extends Node {
  /** Absent in an `export` of something of one's own; no literal in a computed `import()`. */
  readonly source?: (Node & { readonly value?: unknown }) | null;
}
interface CastNode extends Node {
  readonly expression: Node;
}
interface Context {
  readonly filename: string;
  report(finding: { node: Node; message: string }): void;
}

/** Every import goes in an allowed direction. */
const importDirection = {
  create(context: Context) {
    const workspace = workspaceOf(context.filename);
    if (!workspace) return {};
    const isTest =
      /\.test\.ts$|\/testing\//.test(context.filename) ||
      workspace.area === 'tests' ||
      workspace.name === 'testkit';
    const check = ({ source }: ImportNode): void => {
      if (typeof source?.value !== 'string') return;
      const target = targetOf(source.value, context.filename);
      const reason = target && forbiddenBecause({ ...workspace, isTest }, target);
      if (reason) context.report({ node: source, message: reason });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      TSImportType: check,
    };
  },
};

/** The names of files and folders say what is inside. */
const tellingNames = {
  create: (context: Context) => ({
    Program(node: Node): void {
      const word = emptyWord(pathInRepository(context.filename));
      if (!word) return;
      const message = `"${word}" says nothing about what is inside. Name the file, and its folder, after the one job they do.`;
      context.report({ node, message });
    },
  }),
};

/** Nothing is cast by way of `unknown` or to `never`. */
const noSilencingCast = {
  create: (context: Context) => ({
    TSAsExpression(node: CastNode): void {
      if (node.expression.type !== 'TSAsExpression') return;
      const message =
        'A double cast silences the compiler about a type nobody has checked. Parse the value with zod where it enters, and trust its type from there.';
      context.report({ node, message });
    },
  }),
};

export default {
  meta: { name: 'parley' },
  rules: {
    'import-direction': importDirection,
    'telling-names': tellingNames,
    'no-silencing-cast': noSilencingCast,
  },
};
