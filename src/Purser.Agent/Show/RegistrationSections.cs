using Purser.Agent.Rules;
using Purser.Agent.State;

namespace Purser.Agent.Show;

/// <summary>"Registration:" and "License Authorization: " with all their dates.</summary>
internal static class RegistrationSections
{
    public static string Status(DeviceState state) => (state.Registration.Identity, state.ActiveUnit().Phase) switch
    {
        (null, ReservationPhase.Specific) => "REGISTERED - SPECIFIC LICENSE RESERVATION",
        (null, ReservationPhase.Universal) => "REGISTERED - UNIVERSAL LICENSE RESERVATION",
        (null, ReservationPhase.InProgress) when state.Registration.Status is not (RegistrationStatus.InProgress or RegistrationStatus.Retry) => "RESERVATION IN PROGRESS",
        _ => Status(state.Registration.Status),
    };

    private static string Status(RegistrationStatus status) => status switch
    {
        RegistrationStatus.InProgress or RegistrationStatus.Retry => "REGISTERING - REGISTRATION IN PROGRESS",
        RegistrationStatus.Failed => "UNREGISTERED - REGISTRATION FAILED",
        RegistrationStatus.Registered => "REGISTERED",
        RegistrationStatus.Expired => "UNREGISTERED - REGISTRATION EXPIRED",
        _ => "UNREGISTERED",
    };

    public static string Status(AuthorizationStatus status) => status switch
    {
        AuthorizationStatus.Evaluation => "EVAL MODE",
        AuthorizationStatus.EvaluationExpired => "EVAL EXPIRED",
        AuthorizationStatus.Waiting => "WAITING",
        AuthorizationStatus.Authorized => "AUTHORIZED",
        AuthorizationStatus.Reserved => "AUTHORIZED - RESERVED",
        AuthorizationStatus.NotAuthorized => "NOT AUTHORIZED",
        AuthorizationStatus.OutOfCompliance => "OUT OF COMPLIANCE",
        AuthorizationStatus.Expired => "AUTHORIZATION EXPIRED",
        _ => "No Licenses in Use",
    };

    public static void Head(ShowText text, DeviceState state)
    {
        text.Line("Registration:").Line($"  Status: {Status(state)}");
        if (state.Registration.Identity is { } identity)
        {
            text.Line($"  Smart Account: {identity.SmartAccount}").Line($"  Virtual Account: {identity.VirtualAccount}");
        }

        text.Line($"  Export-Controlled Functionality: {(state.IsReserved() || state.Registration.Identity?.ExportAllowed == true ? "ALLOWED" : "NOT ALLOWED")}");
    }

    public static void Registration(ShowText text, DeviceState state)
    {
        Head(text, state);
        var registration = state.Registration;
        if (state.IsReserved())
        {
            Attempt(text, "Initial Registration", new Attempt(state.ActiveUnit().Installed!.FirstAt));
        }

        if (registration.Initial is { } initial)
        {
            Attempt(text, state.IsReserved() ? "Online Registration" : "Initial Registration", initial);
        }

        if (registration.Status is RegistrationStatus.InProgress or RegistrationStatus.Retry && state.Pending is { } pending)
        {
            text.Line($"  Next Registration Attempt: {ShowText.Date(pending.NextTry)}");
        }

        if (registration.Identity is { } identity)
        {
            Renewal(text, registration, identity);
            text.Line($"  Registration Expires: {ShowText.Date(identity.ExpiresAt)}");
        }

        if (registration.Detached is { } detached)
        {
            text.Line($"  Detached Mode: ENTERED on {ShowText.Date(detached.Since)}").Line($"  Detached Mode Ends: {ShowText.Date(detached.Until)}");
        }
    }

    public static void Renewal(ShowText text, Registration registration, DeviceIdentity identity)
    {
        if (registration.LastRenewal is { } renewal)
        {
            Attempt(text, "Last Renewal Attempt", renewal);
        }
        else
        {
            text.Line("  Last Renewal Attempt: None");
        }

        text.Line($"  Next Renewal Attempt: {ShowText.Date(identity.RenewAt)}");
    }

    public static void Authorization(ShowText text, DeviceState state, DateTimeOffset now)
    {
        var status = state.StatusAt(now);
        var since = state.SinceAt(now) is { } instant ? $" on {ShowText.Date(instant)}" : "";

        // The blank after the colon is part of the published layout.
        text.Line("License Authorization: ").Line($"  Status: {Status(status)}{since}");
        if (status == AuthorizationStatus.Evaluation)
        {
            text.Line($"  Evaluation Period Remaining: {ShowText.Duration(state.Evaluation.RemainingAt(now))}");
        }

        if (state.Registration.Identity is null)
        {
            return;
        }

        if (state.Authorization.LastAttempt is { } attempt)
        {
            Attempt(text, "Last Communication Attempt", attempt);
        }
        else
        {
            text.Line("  Last Communication Attempt: None");
        }

        text.Line($"  Next Communication Attempt: {ShowText.Date(state.Authorization.NextAt, "None")}")
            .Line($"  Communication Deadline: {ShowText.Date(state.Authorization.Deadline, "None")}");
    }

    private static void Attempt(ShowText text, string what, Attempt attempt)
    {
        text.Line($"  {what}: {(attempt.Succeeded ? "SUCCEEDED" : "FAILED")} on {ShowText.Date(attempt.At)}");
        if (attempt.Failure is { } failure)
        {
            text.Line($"    Failure reason: {failure}");
        }
    }
}
