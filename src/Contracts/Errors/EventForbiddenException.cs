namespace InferenceServices.Contracts.Errors;

/// <summary>The client may not send an event, whose prediction would be published: 403 <c>event_forbidden</c>.</summary>
/// <param name="message">One sentence: what the request lacks.</param>
public sealed class EventForbiddenException(ErrorText message)
    : InferenceException(403, "event_forbidden", message.ToString());
