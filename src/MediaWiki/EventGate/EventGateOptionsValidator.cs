using Microsoft.Extensions.Options;

namespace InferenceServices.MediaWiki.EventGate;

[OptionsValidator]
internal sealed partial class EventGateOptionsValidator : IValidateOptions<EventGateOptions>;
