using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.CloudEvents;

[OptionsValidator]
internal sealed partial class CloudEventOptionsValidator : IValidateOptions<CloudEventOptions>;
