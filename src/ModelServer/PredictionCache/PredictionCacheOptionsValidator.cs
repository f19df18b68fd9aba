using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.PredictionCache;

[OptionsValidator]
internal sealed partial class PredictionCacheOptionsValidator : IValidateOptions<PredictionCacheOptions>;
