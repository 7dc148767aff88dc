/** The name under which a deployment binds the Workers VPC service of an API. No secret can have it: theirs are in capitals. */
export function vpcBinding(api: string): string {
  return `vpc_${api}`;
}
