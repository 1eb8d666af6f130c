namespace Listmonk.Core.Common;

/// <summary>How an operation ended; the cases that a caller must answer. Exceptions are kept for bugs and outages.</summary>
public enum OutcomeKind
{
    Ok,
    Invalid,
    NotFound,
    Conflict,
    Forbidden,
}

/// <summary>One reason why an input was refused, tied to the field that a person can mend.</summary>
/// <param name="Field">The field's name in the API's spelling (snake_case); empty when no single field is to blame.</param>
/// <param name="Message">A sentence that says what is wrong and what is expected.</param>
public sealed record FieldError(string Field, string Message);

/// <summary>The answer of a service method that changes something and returns nothing else.</summary>
public class Outcome
{
    private protected Outcome(OutcomeKind kind, IReadOnlyList<FieldError> errors)
    {
        Kind = kind;
        Errors = errors;
    }

    public OutcomeKind Kind { get; }

    public IReadOnlyList<FieldError> Errors { get; }

    public bool IsOk => Kind == OutcomeKind.Ok;

    /// <summary>All reasons as one text, for a snackbar or the API's <c>message</c>.</summary>
    public string Message => string.Join(" ", Errors.Select(error => error.Message));

    public static Outcome Ok { get; } = new(OutcomeKind.Ok, []);

    public static Outcome Invalid(string field, string message) => new(OutcomeKind.Invalid, [new FieldError(field, message)]);

    public static Outcome Invalid(IReadOnlyList<FieldError> errors) => new(OutcomeKind.Invalid, errors);

    public static Outcome NotFound(string message) => new(OutcomeKind.NotFound, [new FieldError("", message)]);

    public static Outcome Conflict(string message) => new(OutcomeKind.Conflict, [new FieldError("", message)]);

    public static Outcome Forbidden(string message) => new(OutcomeKind.Forbidden, [new FieldError("", message)]);

    /// <summary>Success with a value whose type is an interface, which the implicit conversion cannot take.</summary>
    public static Outcome<T> Of<T>(T value) => Outcome<T>.Success(value);

    /// <summary>Whether there is anything to refuse: <see cref="Ok"/> for an empty list, otherwise all errors at once.</summary>
    public static Outcome FromErrors(IReadOnlyList<FieldError> errors) => errors.Count == 0 ? Ok : Invalid(errors);
}

/// <summary>The answer of a service method that returns a value when it succeeds.</summary>
public sealed class Outcome<T> : Outcome
{
    private readonly T? _value;

    private Outcome(T value)
        : base(OutcomeKind.Ok, []) => _value = value;

    private Outcome(Outcome refusal)
        : base(refusal.Kind, refusal.Errors)
    {
        if (refusal.IsOk)
        {
            throw new InvalidOperationException("A successful outcome of this type needs a value.");
        }
    }

    /// <exception cref="InvalidOperationException">The operation was refused.</exception>
    public T Value => IsOk ? _value! : throw new InvalidOperationException($"No value: {Kind}: {Message}");

    public static implicit operator Outcome<T>(T value) => new(value);

    internal static Outcome<T> Success(T value) => new(value);

    /// <summary>Passes a refusal of an inner step on to the caller.</summary>
    public static Outcome<T> From(Outcome refusal) => new(refusal);

    public static new Outcome<T> Invalid(string field, string message) => new(Outcome.Invalid(field, message));

    public static new Outcome<T> Invalid(IReadOnlyList<FieldError> errors) => new(Outcome.Invalid(errors));

    public static new Outcome<T> NotFound(string message) => new(Outcome.NotFound(message));

    public static new Outcome<T> Conflict(string message) => new(Outcome.Conflict(message));

    public static new Outcome<T> Forbidden(string message) => new(Outcome.Forbidden(message));
}
