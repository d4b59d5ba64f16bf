/** Pulumi's engine, as far as a plugin talks to it: a monitor that takes every resource, and the client that asks the plugin. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import errors from "@pulumi/pulumi/proto/errors_pb.js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import monitorServices from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resource from "@pulumi/pulumi/proto/resource_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

type Values = Record<string, unknown>;

/** What the engine knows of one resource. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Values;
}

/** Why the plugin refused to construct a component, as Pulumi shows it. */
export interface Refusal {
  readonly message: string;
  readonly problems: readonly { readonly property: string; readonly reason: string }[];
}

/** Marks of values that are more than their JSON, as they travel between engine and plugins. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** @returns the value as a secret */
export const secret = (value: unknown) => ({ [SIGNATURE]: SECRET, value });
/** @returns the value as an output of a resource that is there */
export const output = (value: unknown) => ({ [SIGNATURE]: OUTPUT, value });
/** @returns an output that this preview does not know yet */
export const unknown = () => ({ [SIGNATURE]: OUTPUT });

/** One run of a program: what it registers. */
export class FakeMonitor {
  readonly registered: Registered[] = [];
  address = "";
  private readonly server = new grpc.Server();

  /** @param invoke what AWS answers */
  constructor(private readonly invoke: (token: string, args: Values) => Values) {}

  async start(): Promise<this> {
    this.server.addService(monitorServices.ResourceMonitorService as unknown as grpc.ServiceDefinition, {
      supportsFeature: answer((request: InstanceType<typeof resource.SupportsFeatureRequest>) => {
        const response = new resource.SupportsFeatureResponse();
        response.setHassupport(!/transform|parameterization|package/i.test(request.getId()));
        return response;
      }),
      registerResource: answer((request: InstanceType<typeof resource.RegisterResourceRequest>) =>
        this.register(request),
      ),
      registerResourceOutputs: answer(() => new empty.Empty()),
      invoke: answer((request: InstanceType<typeof resource.ResourceInvokeRequest>) => {
        const args = request.getArgs()?.toJavaScript() ?? {};
        const response = new resource.ResourceInvokeResponse();
        response.setReturn(struct.Struct.fromJavaScript(this.invoke(request.getTok(), args) as never));
        return response;
      }),
    });
    this.address = await listen(this.server);
    return this;
  }

  stop(): void {
    this.server.forceShutdown();
  }

  private register(request: InstanceType<typeof resource.RegisterResourceRequest>) {
    const [type, name] = [request.getType(), request.getName()];
    const inputs = request.getObject()?.toJavaScript() ?? {};
    this.registered.push({ type, name, inputs });
    const arn = `arn:aws:service:us-east-1:111122223333:${name}`;
    const replicas = (inputs.replicas as Values[] | undefined)?.map((replica) => ({
      ...replica,
      streamArn: arn,
    }));
    const made = {
      arn,
      streamArn: arn,
      ...(replicas && { replicas }),
      apiEndpoint: "https://api.example.com",
      executionArn: arn,
    };
    const response = new resource.RegisterResourceResponse();
    response.setUrn(`urn:pulumi:dev::program::${type}::${name}`);
    response.setId(`${name}-id`);
    response.setObject(struct.Struct.fromJavaScript({ ...inputs, ...made } as never));
    return response;
  }
}

/** A running plugin, started as Pulumi's language host starts it, and the engine that asks it. */
export class RunningPlugin {
  /** What it told the engine to show to the user. */
  readonly logged: string[] = [];
  private readonly server = new grpc.Server();
  private process: ChildProcess | undefined;
  private client: InstanceType<typeof providerServices.ResourceProviderClient> | undefined;

  /** @param runner Pulumi's cmd/run-plugin @param folder the plugin's */
  async start(runner: string, folder: string): Promise<this> {
    this.server.addService(engineServices.EngineService as unknown as grpc.ServiceDefinition, {
      log: answer((request: InstanceType<typeof engine.LogRequest>) => {
        if (request.getSeverity() > engine.LogSeverity.DEBUG) this.logged.push(request.getMessage());
        return new empty.Empty();
      }),
    });
    const address = await listen(this.server);
    const child = spawn(process.execPath, [runner, folder, address], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    });
    this.process = child;
    // A plugin says on which port it serves, and nothing before.
    const [port] = await once(createInterface({ input: child.stdout }), "line");
    this.client = new providerServices.ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
    );
    return this;
  }

  async stop(): Promise<void> {
    this.client?.close();
    this.server.forceShutdown();
    if (!this.process || this.process.exitCode !== null) return;
    const exited = once(this.process, "exit");
    this.process.kill();
    await exited;
  }

  async schema(): Promise<string> {
    const response = await this.ask<InstanceType<typeof provider.GetSchemaResponse>>(
      "getSchema",
      new provider.GetSchemaRequest(),
    );
    return response.getSchema();
  }

  /**
   * Asks for a component.
   *
   * @returns its outputs, with its URN among them
   * @throws the refusal
   */
  async construct(
    monitor: FakeMonitor,
    name: string,
    inputs: Values,
    { type = "onboarding:index:CrossAccountOnboarding", preview = false } = {},
  ): Promise<Values> {
    const request = new provider.ConstructRequest();
    request.setProject("program");
    request.setStack("dev");
    request.setDryrun(preview);
    request.setMonitorendpoint(monitor.address);
    request.setType(type);
    request.setName(name);
    request.setInputs(struct.Struct.fromJavaScript(inputs as never));
    const response = await this.ask<InstanceType<typeof provider.ConstructResponse>>("construct", request);
    return { urn: response.getUrn(), ...response.getState()?.toJavaScript() };
  }

  private ask<Response>(method: "construct" | "getSchema", request: object): Promise<Response> {
    type Method = (
      request: object,
      callback: (error: grpc.ServiceError | null, response: Response) => void,
    ) => void;
    const client = this.client as unknown as Record<typeof method, Method>;
    return new Promise((resolve, reject) => {
      client[method](request, (error, response) => {
        if (error) reject(refusalOf(error));
        else resolve(response);
      });
    });
  }
}

/** What the engine reads out of an error. */
function refusalOf(error: grpc.ServiceError): Refusal {
  const [details] = error.metadata.get("grpc-status-details-bin");
  if (details === undefined) return { message: error.details, problems: [] };
  const parts = status.Status.deserializeBinary(details as Buffer).getDetailsList();
  const problems = parts.flatMap((part) =>
    errors.InputPropertiesError.deserializeBinary(part.getValue_asU8())
      .getErrorsList()
      .map((problem) => ({ property: problem.getPropertyPath(), reason: problem.getReason() })),
  );
  return { message: error.details, problems };
}

function answer<Request, Response>(make: (request: Request) => Response) {
  return ({ request }: { request: Request }, callback: grpc.sendUnaryData<Response>) => {
    try {
      callback(null, make(request));
    } catch (error) {
      callback({ code: grpc.status.UNKNOWN, details: (error as Error).message });
    }
  };
}

function listen(server: grpc.Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(`127.0.0.1:${port}`);
    });
  });
}
