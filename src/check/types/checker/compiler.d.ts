/** What scripts/build/checker.ts takes out of TypeScript 6.0.3. */
declare module "isogate:checker" {
  import type * as ts from "ts-checker";
  export interface Checker extends ts.TypeChecker {
    getDiagnostics(file: ts.SourceFile): ts.Diagnostic[];
  }
  export function createTypeChecker(host: unknown): Checker;
  export function bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
  export const createSourceFile: typeof ts.createSourceFile;
  export const getLineAndCharacterOfPosition: typeof ts.getLineAndCharacterOfPosition;
  export function getSourceFileOfNode(node: ts.Node): ts.SourceFile;
  export function getSourceTextOfNodeFromSourceFile(file: ts.SourceFile, node: ts.Node): string;
  export function getTokenPosOfNode(node: ts.Node): number;
  export const forEachChild: typeof ts.forEachChild;
  export const isAwaitExpression: typeof ts.isAwaitExpression;
  export const isBinaryExpression: typeof ts.isBinaryExpression;
  export const isBindingElement: typeof ts.isBindingElement;
  export const isCallExpression: typeof ts.isCallExpression;
  export const isElementAccessExpression: typeof ts.isElementAccessExpression;
  export const isModuleDeclaration: typeof ts.isModuleDeclaration;
  export const isParenthesizedExpression: typeof ts.isParenthesizedExpression;
  export const isPropertyAccessExpression: typeof ts.isPropertyAccessExpression;
  export const isVariableDeclaration: typeof ts.isVariableDeclaration;
  /** Counts down with every step of the checker, which throws below zero. */
  export const budget: { left: number };
  export class CheckBudgetExceeded extends Error {}
}

declare module "isogate:library" {
  const text: string;
  export default text;
}
