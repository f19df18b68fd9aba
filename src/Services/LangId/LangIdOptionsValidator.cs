using Microsoft.Extensions.Options;

namespace InferenceServices.Services.LangId;

[OptionsValidator]
internal sealed partial class LangIdOptionsValidator : IValidateOptions<LangIdOptions>;
