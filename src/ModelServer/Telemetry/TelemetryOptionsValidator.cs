using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Telemetry;

[OptionsValidator]
internal sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;
