using Microsoft.Extensions.Options;

namespace InferenceServices.Client;

[OptionsValidator]
internal sealed partial class PredictorClientOptionsValidator : IValidateOptions<PredictorClientOptions>;
