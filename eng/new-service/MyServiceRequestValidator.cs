using FluentValidation;

namespace InferenceServices.Services.MyService;

/// <summary>Validates a request. The first message is the error of the response.</summary>
internal sealed class MyServiceRequestValidator : AbstractValidator<MyServiceRequest>
{
    public MyServiceRequestValidator()
        => RuleFor(request => request.Values)
            .Cascade(CascadeMode.Stop)
            .NotNull().WithMessage("The parameter values is required.")
            .Must(values => values!.Count == MyServiceFeatures.Count).WithMessage($"The input 'values' should have {MyServiceFeatures.Count} numbers.")
            .Must(values => values!.All(float.IsFinite)).WithMessage("The input 'values' should have finite numbers.");
}
