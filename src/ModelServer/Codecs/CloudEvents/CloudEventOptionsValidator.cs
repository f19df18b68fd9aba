using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Codecs.CloudEvents;

[OptionsValidator]
internal sealed partial class CloudEventOptionsValidator : IValidateOptions<CloudEventOptions>;
