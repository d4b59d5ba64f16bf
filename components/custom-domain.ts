import { ApiMapping } from "@pulumi/aws/apigatewayv2/apiMapping.js";
import { DomainName } from "@pulumi/aws/apigatewayv2/domainName.js";
import * as pulumi from "@pulumi/pulumi";
import type { Domain } from "./config/argument-types.js";

/** What a {@link CustomDomain} is made of. */
export interface CustomDomainArgs {
  domain: Domain;
  /** Of the API and of the certificate. */
  region: string;
  apiId: pulumi.Input<string>;
  /** The name of the API's stage. */
  stage: pulumi.Input<string>;
}

/** Where the vendor's DNS has to point. */
export interface DomainTarget {
  /** For a CNAME record, or for Route 53's alias. */
  readonly name: string;
  /** For Route 53's alias. */
  readonly hostedZoneId: string;
}

/** A domain name of the vendor's for the API and the page. Its DNS record is the vendor's: the zone may be anywhere. */
export class CustomDomain extends pulumi.ComponentResource {
  readonly target: pulumi.Output<DomainTarget>;

  constructor(name: string, args: CustomDomainArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:CustomDomain", name, {}, options);

    const parent = this;
    const { region, domain, apiId, stage } = args;
    const domainName = createDomainName();
    createMapping();

    this.target = domainName.domainNameConfiguration.apply(({ targetDomainName, hostedZoneId }) => ({
      name: targetDomainName,
      hostedZoneId,
    }));
    this.registerOutputs({ target: this.target });

    function createDomainName() {
      return new DomainName(
        `${name}-name`,
        {
          region,
          domainName: domain.name,
          domainNameConfiguration: {
            certificateArn: domain.certificateArn,
            // The only ones that an HTTP API takes.
            endpointType: "REGIONAL",
            securityPolicy: "TLS_1_2",
          },
        },
        { parent },
      );
    }

    function createMapping() {
      return new ApiMapping(
        `${name}-mapping`,
        { region, apiId, stage, domainName: domainName.id },
        { parent },
      );
    }
  }
}
